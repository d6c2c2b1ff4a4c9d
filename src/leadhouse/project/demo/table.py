"""Prints what became of the demo's leads, and where to look next."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from rich.console import Console
from rich.table import Table

from leadhouse.kit.money import to_minor, to_text
from leadhouse.project.demo.people import Asked

SALE_NAMES = {1: "exclusive", 2: "duo", 3: "trio", 4: "quad"}
_TAKEN = {"accepted", "converted"}


@dataclass(frozen=True, slots=True)
class Told:
    """A submission, what its source was answered, and where the lead stands now (None: no lead was made)."""

    asked: Asked
    answer: Mapping[str, object]
    lead: Mapping[str, object] | None


def print_table(console: Console, all_told: Sequence[Told]) -> None:
    """Print one line a lead, then the sums."""
    table = Table(title="What happened to the demo's leads", title_justify="left")
    for heading in ("Consumer", "Source", "Place", "Answer", "Class", "Status", "Sale", "Companies"):
        table.add_column(heading, overflow="fold")
    table.add_column("Revenue", justify="right")
    for told in all_told:
        table.add_row(*_cells(told))
    console.print(table)
    console.print(_sums(all_told))


def _cells(told: Told) -> tuple[str, ...]:
    submission, lead = told.asked.submission, told.lead or {}
    place = f"{submission['city']}, {submission['state']} {submission['postal_code']}"
    taken = _assignments(lead)
    return (
        str(lead.get("consumer", "")),
        told.asked.source,
        place,
        _answer(told),
        str(lead.get("classification", "")) if lead.get("classification") is not None else "",
        ": ".join(str(lead[name]) for name in ("status", "reason") if lead.get(name)),
        SALE_NAMES.get(cast(int, lead.get("sale_size")), str(lead.get("sale_size") or "")) if taken else "",
        ", ".join(str(one["company"]) for one in taken),
        to_text(_revenue(lead)) if taken else "",
    )


def _answer(told: Told) -> str:
    reason = told.answer.get("reason")
    words = f"{told.answer['outcome']}: {reason}" if reason else str(told.answer["outcome"])
    return f"{words} ({told.asked.about})" if told.asked.about else words


def _assignments(lead: Mapping[str, object]) -> list[Mapping[str, object]]:
    listed = cast(Sequence[Mapping[str, object]], lead.get("assignments", ()))
    return [one for one in listed if one["status"] in _TAKEN]


def _revenue(lead: Mapping[str, object]) -> int:
    return sum(to_minor(str(one["price"])) for one in _assignments(lead))


def _sums(all_told: Sequence[Told]) -> str:
    leads = [told.lead for told in all_told if told.lead]
    counted = Counter(str(lead["status"]) for lead in leads)
    statuses = ", ".join(f"{count} {status}" for status, count in counted.most_common())
    sales = sum(len(_assignments(lead)) for lead in leads)
    revenue = to_text(sum(_revenue(lead) for lead in leads))
    return f"{len(leads)} leads: {statuses}. Sold {sales} times for {revenue} USD."
