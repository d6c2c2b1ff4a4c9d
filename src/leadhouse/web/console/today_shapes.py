"""Puts a period's figures into tiles, bars and lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from leadhouse.report.today.business import Business, SourceSums
from leadhouse.report.today.figures import Nothing, Sums
from leadhouse.report.today.queries import Buyer, Campaigns
from leadhouse.web.console import decision_view, words
from leadhouse.web.console.decision_view import FunnelStep

# The trend is drawn in these units; the page stretches it to any width.
WIDTH, HEIGHT = 480, 72
_MOST_REASONS = 8


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure beside what it was; `change` is the relative difference, None where there was nothing.

    `tone` says whether the change is good; amounts are minor units.
    """

    name: str
    value: int
    before: int
    is_money: bool
    change: float | None
    tone: str
    hint: str = ""

    @property
    def means(self) -> str:
        """Return what the figure counts."""
        return _MEANS[self.name]

    @property
    def direction(self) -> str:
        """Return the icon of where it goes."""
        if not self.change:
            return "minus"
        return "trending-up" if self.change > 0 else "trending-down"


_MEANS = {
    "Leads": "Everything that sources posted and that could be read, refused leads too; test leads left out.",
    "Accepted": "Leads that are good to sell: complete, nobody's duplicate, within their source's criteria.",
    "Sold": "Leads that at least one buyer has accepted.",
    "Revenue": "What buyers were charged for these leads, less what was credited to them.",
    "Payout": "What sources earned with these leads.",
    "Margin": "Revenue less payout.",
}


def tiles(business: Business) -> list[Tile]:
    """Return the six figures that stand above everything else."""
    now, before = business.sums, business.before
    return [
        _tile("Leads", now.leads, before.leads),
        _tile("Accepted", now.accepted, before.accepted, hint=_share(now.accepted, now.leads, "of leads")),
        _tile("Sold", now.sold, before.sold, hint=_share(now.sold, now.leads, "of leads")),
        _tile("Revenue", now.revenue_minor, before.revenue_minor, is_money=True),
        _tile("Payout", now.payout_minor, before.payout_minor, is_money=True, is_good=False),
        _tile("Margin", now.margin_minor, before.margin_minor, is_money=True),
    ]


def _tile(
    name: str, value: int, before: int, *, is_money: bool = False, is_good: bool = True, hint: str = ""
) -> Tile:
    change = (value - before) / abs(before) if before else None
    tone = "secondary"
    if change and is_good:
        tone = "green" if change > 0 else "orange"
    return Tile(name, value, before, is_money, change, tone, hint)


def _share(part: int, whole: int, of: str) -> str:
    return f"{100 * part / whole:.0f} % {of}" if whole else ""


@dataclass(frozen=True, slots=True)
class Column:
    """One hour or day: where its bar stands and how high it is, with what it says when pointed at."""

    x: float
    y: float
    width: float
    height: float
    label: str
    leads: int
    before: int | None


@dataclass(frozen=True, slots=True)
class Trend:
    """Leads by hour or day as bars, those before as a line of points; `marks` are names along the edge."""

    columns: tuple[Column, ...]
    line: str
    most: int
    marks: tuple[str, ...]
    is_hours: bool


def trend(business: Business, zone: ZoneInfo) -> Trend:
    """Return the leads of each part beside those of the same part before."""
    parts, before = business.parts, business.parts_before
    most = max((one.leads for one in (*parts, *before)), default=0) or 1
    is_hours = business.spans.first == business.spans.last
    step = WIDTH / max(len(parts), 1)
    starts = [edge.astimezone(zone) for edge in business.spans.edges]
    labels = [f"{one:%H:%M}" if is_hours else f"{one:%a %b} {one.day}" for one in starts]
    columns = tuple(
        Column(
            x=at * step + step * 0.15,
            y=HEIGHT - _height(one.leads, most),
            width=step * 0.7,
            height=_height(one.leads, most),
            label=labels[at],
            leads=one.leads,
            before=before[at].leads if at < len(before) else None,
        )
        for at, one in enumerate(parts)
    )
    return Trend(columns, _line(before[: len(parts)], step, most), most, _marks(labels), is_hours)


def _height(leads: int, most: int) -> float:
    return (HEIGHT - 4) * leads / most


def _line(before: Sequence[Sums], step: float, most: int) -> str:
    points = [((at + 0.5) * step, HEIGHT - _height(one.leads, most)) for at, one in enumerate(before)]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _marks(labels: Sequence[str]) -> tuple[str, ...]:
    """Return the first, the middle and the last label."""
    return (labels[0], labels[len(labels) // 2], labels[-1]) if len(labels) > 2 else tuple(labels)


def funnel(campaigns: Campaigns) -> list[FunnelStep]:
    """Return the four steps over all decisions of a period."""
    counts = {name: getattr(campaigns, name) for name in ("net", "priced", "budget", "winners")}
    return decision_view.funnel(counts)


@dataclass(frozen=True, slots=True)
class Bar:
    """One figure beside others: `part` of 100 is how long it is drawn."""

    key: str
    name: str
    count: int
    part: float
    tone: str = ""


def reasons(nothing: Sequence[Nothing]) -> list[Bar]:
    """Return why leads came to nothing, the rarest together."""
    most = max((one.leads for one in nothing), default=1)
    bars = [
        Bar(
            key=one.status.value,
            name=words.plain(one.reason) or words.plain(one.status),
            count=one.leads,
            part=100 * one.leads / most,
            tone=words.status_tone(one.status),
        )
        for one in nothing[:_MOST_REASONS]
    ]
    others = sum(one.leads for one in nothing[_MOST_REASONS:])
    return bars + ([Bar("", "Other reasons", others, 100 * others / most)] if others else [])


@dataclass(frozen=True, slots=True)
class Ranked:
    """A row of a ranking; `part` and `lesser` of 100 are how long its two bars are drawn."""

    row: SourceSums | Buyer
    part: float
    lesser: float = 0.0


def sources(ranked: Sequence[SourceSums]) -> list[Ranked]:
    """Return sources with bars of leads and of those sold."""
    most = max((one.sums.leads for one in ranked), default=1) or 1
    return [Ranked(one, 100 * one.sums.leads / most, 100 * one.sums.sold / most) for one in ranked]


def buyers(ranked: Sequence[Buyer]) -> list[Ranked]:
    """Return buyers with bars of what they spend."""
    most = max((one.spent_minor for one in ranked), default=1) or 1
    return [Ranked(one, 100 * one.spent_minor / most) for one in ranked]
