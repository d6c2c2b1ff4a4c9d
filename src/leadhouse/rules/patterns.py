"""Patterns that people write, run on RE2 so that no pattern can make a lead wait."""

from collections.abc import Callable
from functools import lru_cache

import re2

LONGEST_PATTERN = 512
# RE2 is linear in the text, yet a bounded repeat over a long text still takes milliseconds.
LONGEST_SUBJECT = 8192

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.never_capture = True
_OPTIONS.case_sensitive = False
_OPTIONS.max_mem = 1 << 20


@lru_cache(maxsize=1024)
def search(pattern: str) -> Callable[[str], bool]:
    """Return a case-blind search over the first 8192 characters; raise ValueError if RE2 refuses it."""
    try:
        compiled = re2.compile(pattern, _OPTIONS)
    except re2.error as refusal:
        raise ValueError(_reason(refusal)) from None

    def found(text: str) -> bool:
        return compiled.search(text[:LONGEST_SUBJECT].encode("utf-8", "replace")) is not None

    return found


def _reason(refusal: Exception) -> str:
    said = refusal.args[0] if refusal.args else b""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
