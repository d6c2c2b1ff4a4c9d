"""Tells what became of the demo's leads: one line a lead, the sums, and the cases worth a look."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from rich import box
from rich.table import Table

from leadhouse.kit.money import display, to_minor
from leadhouse.project.demo.cases import Asked
from leadhouse.project.demo.market import DemoMarket

Lead = Mapping[str, object]

_SALE_NAMES = {1: "exclusive", 2: "duo", 3: "trio", 4: "quad"}
UNDER_WAY = frozenset({"initial", "qualifying", "qualified", "allocating", "sold", "delivering"})
_PAID = {"accepted", "converted"}
_NO_ANSWER_YET = {"held", "delivering"}
_REFUSED = {"refused", "failed"}


@dataclass(frozen=True, slots=True)
class Told:
    """A submission, what its source was answered, and where the lead stands now (None: no lead was made)."""

    asked: Asked
    answer: Lead
    lead: Lead | None


def leads_table(all_told: Sequence[Told], market: DemoMarket) -> Table:
    """Return one line a lead; what does not fit is cut, never folded."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=0, expand=True)
    table.add_column("Consumer", no_wrap=True)
    table.add_column("Source", no_wrap=True)
    table.add_column("Place", ratio=2, no_wrap=True, overflow="ellipsis")
    table.add_column("What became of it", ratio=5, no_wrap=True, overflow="ellipsis")
    table.add_column("Revenue", no_wrap=True, justify="right")
    for told in all_told:
        submission, lead = told.asked.submission, told.lead or {}
        revenue = _revenue(lead, market.currency)
        table.add_row(
            str(lead.get("consumer", "-")),
            told.asked.seller.name,
            f"{submission['city']}, {submission['state']}",
            outcome(told, market),
            display(revenue, market.currency) if revenue else "",
        )
    return table


def outcome(told: Told, market: DemoMarket) -> str:
    """Say what became of a lead, the buyers by name."""
    lead = told.lead
    if lead is None or told.answer["outcome"] != "success":
        return f"refused: {told.answer.get('reason') or told.answer.get('code')}"
    paid = _companies(lead, _PAID, market)
    waiting, refused = _companies(lead, _NO_ANSWER_YET, market), _companies(lead, _REFUSED, market)
    if not paid and not waiting:
        return ": ".join(str(lead[name]).replace("_", " ") for name in ("status", "reason") if lead[name])
    size = cast(int, lead["sale_size"])
    said = f"{_SALE_NAMES.get(size, f'to {size}')}: {_short([*paid, *waiting])}"
    said += f" after {_short(refused)} refused" if refused else ""
    return said + (f", {len(waiting)} not answered yet" if waiting else "")


def sums(all_told: Sequence[Told], market: DemoMarket) -> str:
    """Return how many leads ended how, and what they brought."""
    leads = [told.lead for told in all_told if told.lead]
    counted = Counter(str(lead["status"]) for lead in leads)
    statuses = ", ".join(f"{count} {status}" for status, count in counted.most_common())
    sales = sum(len(_with_status(lead, _PAID)) for lead in leads)
    revenue = display(sum(_revenue(lead, market.currency) for lead in leads), market.currency)
    return f"{len(all_told)} leads: {statuses}. Sold {sales} times for {revenue}."


def under_way(all_told: Sequence[Told]) -> str:
    """Say how many leads have not come to rest yet and what they wait for; nothing when all have."""
    leads = [told.lead for told in all_told if told.lead and told.lead["status"] in UNDER_WAY]
    if not leads:
        return ""
    unanswered = sum(bool(_with_status(lead, _NO_ANSWER_YET)) for lead in leads)
    waiting = "a buyer has not answered yet and is asked again, for up to a day"
    working = "the house is still at it"
    parts = [f"{unanswered}: {waiting}"] if unanswered else []
    parts += [f"{len(leads) - unanswered}: {working}"] if unanswered < len(leads) else []
    return f"Still on their way: {len(leads)} ({'; '.join(parts)})."


def cases_table(all_told: Sequence[Told], market: DemoMarket) -> Table:
    """Return the peculiar leads, and what the house did with each."""
    table = Table.grid(padding=(0, 2), pad_edge=False, expand=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    for told in all_told:
        if told.asked.about:
            consumer = str(told.lead["consumer"]) if told.lead else "-"
            table.add_row(f"  {consumer}", told.asked.about, _with_class(told, market))
    return table


def _with_class(told: Told, market: DemoMarket) -> str:
    """Say what became of a lead, and how well it is known whom it leads to when that says something."""
    is_mail_only = told.lead is not None and told.lead["classification"] == 0
    return outcome(told, market) + (", sold as email_only" if is_mail_only else "")


def _companies(lead: Lead, statuses: set[str], market: DemoMarket) -> list[str]:
    keys = [str(one["company"]) for one in _with_status(lead, statuses)]
    return [market.companies.get(key, key) for key in keys]


def _short(names: Sequence[str]) -> str:
    """Name the first and count the others."""
    return names[0] if len(names) == 1 else f"{names[0]} +{len(names) - 1}"


def _with_status(lead: Lead, statuses: set[str]) -> list[Lead]:
    listed = cast(Sequence[Lead], lead.get("assignments", ()))
    return [one for one in listed if one["status"] in statuses]


def _revenue(lead: Lead, currency: str) -> int:
    return sum(to_minor(str(one["price"]), currency) for one in _with_status(lead, _PAID))
