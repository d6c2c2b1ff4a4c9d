"""Ids sort by time and keys cannot be guessed."""

import hashlib
import re
import uuid

from hypothesis import given
from hypothesis import strategies as st

from leadhouse.kit.ids import key_digest, new_id, new_key


def test_ids_are_version_7_uuids_in_the_order_they_were_made() -> None:
    ids = [new_id() for _ in range(1_000)]
    assert {type(each) for each in ids} == {uuid.UUID}
    assert {each.version for each in ids} == {7}
    assert ids == sorted(ids)
    assert len(set(ids)) == 1_000


def test_a_key_says_what_it_is_for_and_carries_256_bits() -> None:
    key = new_key("source")
    assert re.fullmatch(r"lh_source_[A-Za-z0-9_-]{43}", key)
    assert key != new_key("source")


def test_only_the_digest_of_a_key_is_kept() -> None:
    assert key_digest("demo-roofing-key") == hashlib.sha256(b"demo-roofing-key").digest()


@given(st.text(alphabet=st.characters()), st.text(alphabet=st.characters()))
def test_any_text_has_a_digest_of_its_own(one: str, other: str) -> None:
    assert len(key_digest(one)) == 32
    assert (key_digest(one) == key_digest(other)) == (one == other)
