"""The sources of a month as tables: how many of their leads were sold, and what they cost and brought."""

from collections.abc import Sequence

from rich.table import Table

from leadhouse.kit.money import display
from leadhouse.report.figure_types import SourceFigures, SourceMoney

_NOTHING = "–"


def sources_table(figures: Sequence[SourceFigures], title: str) -> Table:
    """Return a row a source (leads, sold, sold ÷ captured) and one for all of them."""
    table = Table(title=title, title_justify="left", show_footer=True)
    total = SourceFigures("", "All", sum(one.leads for one in figures), sum(one.sold for one in figures))
    table.add_column("Source", total.name)
    table.add_column("Leads", f"{total.leads:,}", justify="right")
    table.add_column("Sold", f"{total.sold:,}", justify="right")
    table.add_column("Conversion", _percent(total), justify="right")
    for one in figures:
        table.add_row(one.name or one.source, f"{one.leads:,}", f"{one.sold:,}", _percent(one))
    return table


def _percent(one: SourceFigures) -> str:
    return _NOTHING if one.conversion is None else f"{one.conversion:.1%}"


def money_table(figures: Sequence[SourceMoney], title: str, currency: str) -> Table:
    """Return a row a source (cost, revenue, customers won, cost ÷ customers) and one for all of them."""
    table = Table(title=title, title_justify="left", show_footer=True)
    total = SourceMoney(
        "",
        "All",
        sum(one.cost_minor for one in figures),
        sum(one.revenue_minor for one in figures),
        sum(one.conversions for one in figures),
    )
    name, *sums = _money_cells(total, currency)
    table.add_column("Source", name)
    for heading, cell in zip(("Cost", "Revenue", "Customers won", "Cost of each"), sums, strict=True):
        table.add_column(heading, cell, justify="right")
    for one in figures:
        table.add_row(*_money_cells(one, currency))
    return table


def _money_cells(one: SourceMoney, currency: str) -> tuple[str, ...]:
    each = one.cost_per_conversion
    return (
        one.name or one.source,
        display(one.cost_minor, currency),
        display(one.revenue_minor, currency),
        f"{one.conversions:,}",
        _NOTHING if each is None else display(each, currency),
    )
