"""Codes of the app let in once each, around now; recovery codes once at all."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from leadhouse.parties.people import factors, queries
from leadhouse.parties.people.adding import add_person
from leadhouse.parties.types import Role
from leadhouse.store.run import database_now, rows

NOW = datetime(2026, 11, 27, 12, 0, 10, tzinfo=UTC)
SECRET = pyotp.random_base32()


def code(at: datetime) -> str:
    return pyotp.TOTP(SECRET).at(int(at.timestamp()))


def test_the_rfcs_own_example_is_right() -> None:
    # RFC 6238, appendix B: SHA-1, T = 59 s, of which six digits are shown.
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert factors.matching_step(secret, "287082", datetime.fromtimestamp(59, UTC), after=-1) == 1


@pytest.mark.parametrize(("off", "is_right"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)])
def test_a_clock_may_be_off_by_one_step(off: int, is_right: bool) -> None:
    found = factors.matching_step(SECRET, code(NOW + timedelta(seconds=off)), NOW, after=-1)
    assert (found is not None) == is_right


def test_a_used_step_and_earlier_ones_are_over() -> None:
    step = factors.matching_step(SECRET, code(NOW), NOW, after=-1)
    assert step is not None
    assert factors.matching_step(SECRET, code(NOW), NOW, after=step) is None
    assert factors.matching_step(SECRET, code(NOW - timedelta(seconds=30)), NOW, after=step) is None


@pytest.mark.parametrize("text", ["", "12345", "1234567", "abcdef", "１２３４５６", "12 34 5x"])
def test_what_is_no_code_is_none(text: str) -> None:
    assert factors.matching_step(SECRET, text, NOW, after=-1) is None


@pytest.mark.django_db
def test_the_factor_is_on_only_after_the_app_has_shown_its_code() -> None:
    person = add_person("olga@example.com", Role.OPERATOR)
    assert factors.turn_on(person.id, person.email, SECRET, "000000") in (None,)
    assert queries.factor(person.id) is None
    codes = factors.turn_on(person.id, person.email, SECRET, code(database_now()))
    assert codes is not None
    assert len(set(codes)) == factors.RECOVERY_CODES
    assert not factors.is_right(person.id, code(database_now()))
    later = code(database_now() + timedelta(seconds=30))
    assert factors.is_right(person.id, later)
    assert not factors.is_right(person.id, later)


@pytest.mark.django_db
def test_a_recovery_code_lets_in_once_and_is_kept_as_a_digest() -> None:
    person, other = (
        add_person("olga@example.com", Role.OPERATOR),
        add_person("otto@example.com", Role.ANALYST),
    )
    codes = factors.turn_on(person.id, person.email, SECRET, code(database_now()))
    assert codes is not None
    assert not factors.is_right(other.id, codes[0])
    assert factors.is_right(person.id, codes[0].upper().replace("-", " "))
    assert not factors.is_right(person.id, codes[0])
    assert queries.codes_left(person.id) == 9
    assert not any(
        codes[1].encode() in bytes(one) for one in rows("SELECT digest FROM parties_recovery_code", {}, bytes)
    )
    fresh = factors.new_codes(person.id)
    assert not factors.is_right(person.id, codes[1])
    assert factors.is_right(person.id, fresh[0])
    factors.turn_off(person.id, person.email)
    assert (queries.factor(person.id), queries.codes_left(person.id)) == (None, 0)


def test_the_drawing_has_neither_styles_nor_scripts() -> None:
    drawn = factors.qr_code(factors.address_for_app(SECRET, "olga@example.com", "Demo & Sons"))
    assert drawn.startswith("<svg")
    assert "style" not in drawn
    assert "script" not in drawn
