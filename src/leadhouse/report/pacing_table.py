"""Pacing as text: a line on what it earns, and a table of the campaigns."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from leadhouse.kit.money import display
from leadhouse.report.pacing_types import CampaignPace, PacedProduct, PacingFigures


def pacing_text(product: PacedProduct, currency: str) -> Iterator[RenderableType]:
    """Yield a product's heading, what it earned and would have, and its campaigns, the dearest first."""
    yield Text(f"{product.product}: {product.pacing}", style="bold cyan")
    if product.figures:
        yield Text(f"  {_earned(product.figures, currency)}")
    if not product.campaigns:
        yield Text("  nothing to pace yet: no active campaign has a cap, or the first turn is still to come")
        return
    yield _table(product, currency)


def _earned(figures: PacingFigures, currency: str) -> str:
    earned, other = display(figures.expected_minor, currency), display(figures.otherwise_minor, currency)
    head = f"{figures.leads:,} leads, {figures.sold:,} sold, {earned} expected"
    if figures.pacing == "paced":
        return f"{head}; {figures.different:,} sold otherwise than greedy would"
    lift = figures.otherwise_minor / figures.expected_minor - 1 if figures.expected_minor else 0.0
    return (
        f"{head}; paced would have earned {other} ({lift:+.1%}), {figures.different:,} leads sold otherwise"
    )


def _table(product: PacedProduct, currency: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("  campaign", "shadow price", "used", "planned", "spent today", "leads today"):
        table.add_column(name, justify="left" if "campaign" in name else "right")
    for one in sorted(product.campaigns, key=lambda one: (-one.shadow_price, one.campaign)):
        table.add_row(
            f"  {one.campaign}",
            f"{one.shadow_price:.1%}",
            f"{one.used:.0%}",
            f"{one.planned:.0%}",
            _spent(one, currency),
            f"{one.leads}" + ("" if one.most_leads is None else f" of {one.most_leads:g}"),
        )
    return table


def _spent(one: CampaignPace, currency: str) -> str:
    spent = display(one.spent_minor, currency)
    return spent if one.budget_minor is None else f"{spent} of {display(one.budget_minor, currency)}"
