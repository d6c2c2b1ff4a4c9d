"""A simulation as tables for the terminal."""

from collections.abc import Iterator, Mapping

from rich.table import Table

from leadhouse.allocate.choosing.methods.distributions import IN_TURN
from leadhouse.kit.money import display
from leadhouse.parties.types import Market, Pacing
from leadhouse.simulate.compare import Counterfactual, campaign_differences
from leadhouse.simulate.figures import Figures, WaitingFigures
from leadhouse.simulate.playing.recorded import Agreement
from leadhouse.simulate.replay import Log

MOST_CAMPAIGNS = 15
_Line = tuple[str, str, str, str]


def figures_table(base: Figures, other: Figures | None, title: str) -> Table:
    """Return all figures line by line; beside those of a changed run stand the differences."""
    table = Table(title=title, title_justify="left")
    table.add_column("")
    table.add_column("Base" if other else "", justify="right")
    if other:
        table.add_column("Changed", justify="right")
        table.add_column("Difference", justify="right")
    for name, *cells in _lines(base, other or base):
        table.add_row(name, *(cells if other else cells[:1]))
    return table


def _lines(base: Figures, other: Figures) -> Iterator[_Line]:
    currency = base.currency
    yield _counts("Leads", base.leads, other.leads)
    yield from _reasons("  refused: {}", base.refused, other.refused)
    yield _counts("Sold", base.sold, other.sold)
    yield "Fill", f"{base.fill:.1%}", f"{other.fill:.1%}", f"{100 * (other.fill - base.fill):+.1f} points"
    yield from _reasons("  unsold: {}", base.unsold, other.unsold)
    if base.waiting.waited or other.waiting.waited:
        yield from _waiting(base.waiting, other.waiting)
    yield _money("Revenue", base.revenue_minor, other.revenue_minor, currency)
    yield _money("  less what is expected back", base.expected_minor, other.expected_minor, currency)
    if base.back_minor or other.back_minor:
        yield _money("  paid back", base.back_minor, other.back_minor, currency)
    for size in sorted({*base.sizes, *other.sizes}):
        yield _counts(f"Sold to {size}", base.sizes.get(size, 0), other.sizes.get(size, 0))
    yield _decimals("Contacts per consumer", base.contacts_per_consumer, other.contacts_per_consumer)


def _waiting(base: WaitingFigures, other: WaitingFigures) -> Iterator[_Line]:
    yield _counts("Waited for an opening", base.waited, other.waited)
    yield _counts("  sold after it", base.sold_after, other.sold_after)
    yield _counts("  still waiting", base.still, other.still)
    yield _decimals("  hours on average", base.mean_hours, other.mean_hours)


def _counts(name: str, one: int, other: int) -> _Line:
    return name, f"{one:,}", f"{other:,}", f"{other - one:+,}" if other != one else ""


def _decimals(name: str, one: float, other: float) -> _Line:
    return name, f"{one:.2f}", f"{other:.2f}", f"{other - one:+.2f}" if other != one else ""


def _money(name: str, one: int, other: int, currency: str) -> _Line:
    difference = _signed(other - one, currency) if other != one else ""
    share = f" ({other / one - 1:+.2%})" if one and other != one else ""
    return name, display(one, currency), display(other, currency), difference + share


def _signed(minor: int, currency: str) -> str:
    return display(minor, currency) if minor < 0 else f"+{display(minor, currency)}"


def _reasons(name: str, base: Mapping[str, int], other: Mapping[str, int]) -> Iterator[_Line]:
    for reason in {**base, **other}:
        yield _counts(name.format(reason.replace("_", " ")), base.get(reason, 0), other.get(reason, 0))


def sources_table(base: Figures, other: Figures | None) -> Table:
    """Return a line a source."""
    table = Table(title="Sources", title_justify="left")
    for heading in (
        "Source",
        "Leads",
        "Sold",
        "Revenue",
        *(("Sold, changed", "Revenue, changed") if other else ()),
    ):
        table.add_column(heading, justify="left" if heading == "Source" else "right")
    for key, one in base.sources.items():
        cells = [key, f"{one.leads:,}", f"{one.sold:,}", display(one.revenue_minor, base.currency)]
        if other and (changed := other.sources.get(key)):
            cells += [f"{changed.sold:,}", display(changed.revenue_minor, base.currency)]
        table.add_row(*cells)
    return table


def campaigns_table(base: Figures, other: Figures | None) -> Table:
    """Return the campaigns that spent most, or those for which most has changed."""
    if other is None:
        shown = list(base.campaigns)[:MOST_CAMPAIGNS]
        title = f"Campaigns that spent most ({len(shown)} of {len(base.campaigns):,})"
    else:
        changed = [one.campaign for one in campaign_differences(base, other)]
        shown = changed[:MOST_CAMPAIGNS]
        title = f"Campaigns for which most has changed ({len(shown)} of {len(changed):,})"
    table = Table(title=title, title_justify="left")
    for heading in ("Campaign", "Leads", "Spend", *(("Leads, changed", "Spend, changed") if other else ())):
        table.add_column(heading, justify="left" if heading == "Campaign" else "right")
    for key in shown:
        table.add_row(key, *(cell for run in (base, other) if run for cell in _campaign(key, run)))
    return table


def _campaign(key: str, run: Figures) -> tuple[str, str]:
    one = run.campaigns.get(key)
    return (f"{one.leads:,}", display(one.spend_minor, run.currency)) if one else ("–", "–")


def counterfactual_lines(answer: Counterfactual, currency: str) -> Iterator[str]:
    """Yield what one campaign would have won, in words."""
    more = answer.leads_after - answer.leads_before
    raised = _signed(answer.raised_minor, currency)
    yield (
        f"{answer.campaign} with {raised} on each bid: {answer.leads_after:,} leads instead of "
        f"{answer.leads_before:,} ({answer.won:,} won, {answer.lost:,} lost), "
        f"spending {_signed(answer.spend_minor, currency)}"
    )
    price = answer.price_of_more_minor
    if price is not None:
        yield f"each of the {more:,} leads more costs it {display(round(price), currency)}"
    yield f"all leads together bring {_signed(answer.revenue_minor, currency)}"
    for one in answer.displaced[:MOST_CAMPAIGNS]:
        yield f"  taken from {one.campaign}: {one.leads:,} leads for {display(one.spend_minor, currency)}"


def agreement_line(agreement: Agreement) -> str:
    """Say how many of the recorded decisions were made again as they were."""
    total = agreement.equal + len(agreement.different)
    if not agreement.different:
        return f"all {total:,} recorded decisions were made again as they were"
    some = ", ".join(f"{lead} (decision {number})" for lead, number in agreement.different[:3])
    return (
        f"{agreement.equal:,} of {total:,} recorded decisions were made again as they were; not so: {some} …"
    )


def cold_lines(log: Log, market: Market) -> Iterator[str]:
    """Say of which products turns and shadow prices begin anew, though leads were sold before the log."""
    products = market.products.values() if log.before else ()
    in_turn = [one.name for one in products if one.distribution in IN_TURN or one.groups]
    paced = [one.name for one in products if one.pacing is Pacing.PACED]
    for what, named in (("whose turn it is begins", in_turn), ("shadow prices begin", paced)):
        if named:
            yield f"{what} cold, as if nothing had been sold before the log, for {', '.join(named)}"
