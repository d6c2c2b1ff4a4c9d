"""What is sealed is read by this house alone, and for its own person."""

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from leadhouse.parties.people import factors, queries
from leadhouse.parties.people.adding import add_person
from leadhouse.parties.people.sealing import SealedOtherwiseError, seal, unseal
from leadhouse.parties.types import Role
from leadhouse.store.run import database_now, rows


@given(st.text(max_size=60), st.integers(0, 2**62))
def test_a_sealed_secret_is_read_again_for_its_person_alone(secret: str, person_id: int) -> None:
    sealed = seal(secret, person_id)
    assert unseal(sealed, person_id) == secret
    assert seal(secret, person_id) != sealed
    with pytest.raises(SealedOtherwiseError, match="former key"):
        unseal(sealed, person_id + 1)


@given(st.binary(max_size=80))
def test_whatever_was_not_sealed_here_is_refused_clearly(sealed: bytes) -> None:
    with pytest.raises(SealedOtherwiseError):
        unseal(sealed, 1)


@pytest.mark.django_db
def test_no_secret_stands_in_the_database_and_another_key_reads_none(settings: Settings) -> None:
    person = add_person("olga@example.com", Role.OPERATOR)
    secret = factors.new_secret()
    now = int(database_now().timestamp())
    codes = factors.turn_on(person.id, person.email, secret, pyotp.TOTP(secret).at(now))
    assert codes is not None
    (kept,) = rows("SELECT sealed FROM parties_second_factor", {}, bytes)
    assert secret.encode() not in kept
    assert factors.sealed_otherwise() == []
    settings.SECRET_KEY = "another key"
    with pytest.raises(SealedOtherwiseError):
        factors.is_right(person.id, pyotp.TOTP(secret).at(now + 30))
    assert factors.sealed_otherwise() == ["olga@example.com"]
    assert factors.is_right(person.id, codes[0])
    queries.remove_factor(person.id)
    assert factors.sealed_otherwise() == []
