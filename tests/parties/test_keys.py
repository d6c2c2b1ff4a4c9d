"""Keys cannot be guessed, and only their digests are kept."""

import hashlib
import re

from hypothesis import given
from hypothesis import strategies as st

from leadhouse.parties.keys import digest, new_key
from leadhouse.parties.types import KeyKind


def test_a_key_says_what_it_is_for_and_carries_192_bits() -> None:
    key = new_key(KeyKind.SOURCE)
    assert re.fullmatch(r"lh_source_[A-Za-z0-9_-]{32}", key)
    assert key != new_key(KeyKind.SOURCE)


def test_only_the_digest_of_a_key_is_kept() -> None:
    assert digest("demo-roofing-key") == hashlib.sha256(b"demo-roofing-key").digest()


@given(st.text(alphabet=st.characters()), st.text(alphabet=st.characters()))
def test_any_text_has_a_digest_of_its_own(one: str, other: str) -> None:
    assert len(digest(one)) == 32
    assert (digest(one) == digest(other)) == (one == other)
