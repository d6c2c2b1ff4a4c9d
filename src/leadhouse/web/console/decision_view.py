"""Puts a decision into shapes: the drawn funnel, the scenarios, the campaigns and how each fared."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leadhouse.report.story_types import CampaignTold, DecisionTold
from leadhouse.web.console import words

# The funnel is drawn in these units; the page stretches it to any width.
WIDTH, HEIGHT = 200, 44
_NARROWEST = 3
PAGE_SIZE = 15
WON, OUTBID, IN_LINE = "won", "outbid", "in_line"
_STEPS = (
    ("net", "May have the lead", "area, source, criteria, class, hours"),
    ("priced", "Priced", "a bid at or above the floor"),
    ("budget", "Have room", "caps, budget, wallet"),
    ("winners", "Winners", "the best sale of all"),
)


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """One step drawn: its count, how many fell out before it, the corners of its shape."""

    key: str
    name: str
    hint: str
    count: int
    lost: int
    points: str


def funnel(counts: Mapping[str, int]) -> list[FunnelStep]:
    """Return the four steps; each shape narrows from its own count to the next one's."""
    figures = [int(counts.get(key, 0)) for key, _, _ in _STEPS]
    widths = [_width(figure, figures[0]) for figure in figures]
    before = [figures[0], *figures]
    return [
        FunnelStep(
            key,
            name,
            hint,
            figures[at],
            before[at] - figures[at],
            _points(widths[at], widths[min(at + 1, 3)]),
        )
        for at, (key, name, hint) in enumerate(_STEPS)
    ]


def _width(figure: int, most: int) -> float:
    return max(_NARROWEST, WIDTH * figure / most) if figure and most else 0.0


def _points(top: float, bottom: float) -> str:
    middle = WIDTH / 2
    corners = (
        (middle - top / 2, 0),
        (middle + top / 2, 0),
        (middle + bottom / 2, HEIGHT),
        (middle - bottom / 2, HEIGHT),
    )
    return " ".join(f"{x:.1f},{y}" for x, y in corners)


@dataclass(frozen=True, slots=True)
class Fate:
    """One way in which campaigns fared, and how many did."""

    key: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """Some of a decision's campaigns; `fate` and `search` are what they were chosen by."""

    fates: tuple[Fate, ...]
    fate: str
    search: str
    rows: tuple[CampaignTold, ...]
    found: int
    first: int
    previous: int | None
    next: int | None

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1


def campaign_page(
    campaigns: Sequence[CampaignTold], *, fate: str = "", search: str = "", page: int = 1
) -> CampaignPage:
    """Return a page of campaigns: winners, those outbid (nearest first), those in line, the refused."""
    wanted = [one for one in campaigns if fate in ("", fate_of(one)) and _is_named(one, search)]
    wanted.sort(key=_rank)
    pages = max(1, -(-len(wanted) // PAGE_SIZE))
    page = min(max(1, page), pages)
    start = (page - 1) * PAGE_SIZE
    return CampaignPage(
        fates=_fates(campaigns),
        fate=fate,
        search=search,
        rows=tuple(wanted[start : start + PAGE_SIZE]),
        found=len(wanted),
        first=start + 1 if wanted else 0,
        previous=page - 1 if page > 1 else None,
        next=page + 1 if page < pages else None,
    )


def fate_of(campaign: CampaignTold) -> str:
    """Return how a campaign fared: won, outbid, not its turn, or the code of its refusal."""
    if campaign.price_minor is not None:
        return WON
    is_in_line = campaign.place is not None and campaign.more_minor is None
    return campaign.refusal or (IN_LINE if is_in_line else OUTBID)


def _fates(campaigns: Sequence[CampaignTold]) -> tuple[Fate, ...]:
    counts = Counter(map(fate_of, campaigns))
    names = {WON: "Won", OUTBID: "Outbid", IN_LINE: "In line"}
    refused = sorted(counts.keys() - names.keys(), key=lambda code: (-counts[code], code))
    ordered = [code for code in names if counts[code]] + refused
    return tuple(Fate(code, names.get(code) or words.refusal(code), counts[code]) for code in ordered)


def _is_named(campaign: CampaignTold, search: str) -> bool:
    text = search.casefold()
    return text in campaign.campaign.casefold() or text in campaign.company.casefold()


def _rank(campaign: CampaignTold) -> tuple[int, float, int, str, str]:
    rank = {WON: 0, OUTBID: 1, IN_LINE: 2}.get(fate_of(campaign), 3)
    # Whoever could not have won at any price stands behind all who could.
    missed = float("inf") if campaign.more_minor is None else campaign.more_minor
    return rank, missed, campaign.place or 0, campaign.refusal or "", campaign.campaign


def chosen_decision(decisions: Sequence[DecisionTold], number: str) -> int:
    """Return the index of the decision asked for (1 is the first), else of the newest; -1 without any."""
    if number.isascii() and number.isdecimal() and 1 <= int(number[:6]) <= len(decisions):
        return int(number[:6]) - 1
    return len(decisions) - 1
