"""Reads a buyer's answer by the campaign's accept rule."""

from dataclasses import dataclass

from leadhouse.kit.text import clean
from leadhouse.outbound.wire.answers import Answer, find, parse
from leadhouse.parties.types import AcceptRule

_WORDS_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Reading:
    """What a rule found: None for accepted means that the answer could not be read at all."""

    is_accepted: bool | None
    reference: str = ""
    reason: str = ""


def read(body: bytes, rule: AcceptRule | None) -> Reading:
    """Judge a 2xx answer: without a rule it is accepted, whatever it says."""
    answer = parse(body)
    if rule is None:
        return Reading(is_accepted=True)
    reference = _words(answer, rule.reference)
    reason = _words(answer, rule.reason)
    if rule.path is None and rule.equals is None:
        return Reading(is_accepted=True, reference=reference, reason=reason)
    if rule.path is None:
        return Reading(_equal(answer.text, rule.equals), reference, reason)
    if not answer.is_readable:
        return Reading(is_accepted=None)
    found = find(answer, rule.path)
    is_accepted = _says_yes(found) if rule.equals is None else any(_equal(one, rule.equals) for one in found)
    return Reading(is_accepted, reference, reason)


def _words(answer: Answer, path: str | None) -> str:
    found = find(answer, path) if path and answer.is_readable else []
    return " ".join(clean(found[0]).split())[:_WORDS_LENGTH] if found else ""


def _equal(found: str, wanted: str | None) -> bool:
    return found.strip().casefold() == (wanted or "").strip().casefold()


def _says_yes(found: list[str]) -> bool:
    return any(one.strip().casefold() not in {"", "false", "0", "null"} for one in found)
