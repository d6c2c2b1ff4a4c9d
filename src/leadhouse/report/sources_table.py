"""The sources overview as a table."""

from collections.abc import Sequence

from rich.table import Table

from leadhouse.report.types import SourceFigures


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
    return "–" if one.conversion is None else f"{one.conversion:.1%}"
