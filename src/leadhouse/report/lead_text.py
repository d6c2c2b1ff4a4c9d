"""A lead's story as text: the person, the timeline, why each campaign was in or out, deliveries and money."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from leadhouse.deliver.types import ParcelHistory
from leadhouse.kit.money import display
from leadhouse.parties.types import Distribution
from leadhouse.report.shown_fields import instant_text, status_text
from leadhouse.report.story_types import CampaignTold, DecisionTold, LeadStory, ScenarioTold

_STYLES = {"success": "green", "failure": "yellow", "error": "red", "skip": "dim"}
_FUNNEL = ("net", "priced", "budget", "winners")
_LONGEST_DATA = 120
_FIRST_REFUSED = 3


def lead_text(story: LeadStory, zone: ZoneInfo, currency: str, *, every_refusal: bool = False) -> Group:
    """Return the whole story, times in the zone; refused campaigns by reason, or each for itself."""
    return Group(
        *_head(story, zone),
        *_person(story),
        *_timeline(story, zone),
        *(
            part
            for one in story.decisions
            for part in _decision(one, zone, currency, every_refusal=every_refusal)
        ),
        *_deliveries(story, zone),
        *_money(story, currency),
    )


def _head(story: LeadStory, zone: ZoneInfo) -> Iterator[RenderableType]:
    passport = story.passport
    who = f"{story.name or 'somebody'} · consumer {passport.consumer_id} · lead {passport.lead_id}"
    yield Text(who, style="bold")
    how = f"{story.product_name or 'no product'} from {story.source_name} · status {status_text(passport)}"
    yield Text(how)
    received = instant_text(passport.received_at, zone)
    ended = "settled" if passport.settled_at else "last heard of"
    yield Text(f"received {received}, {ended} {_seconds(story.lasted.total_seconds())} later")


def _person(story: LeadStory) -> Iterator[RenderableType]:
    for group in story.groups:
        yield _heading(group.category.value)
        table = _table()
        for one in group.fields:
            mark = Text(one.mark or "", style="red")
            table.add_row(Text(f"  {one.label}", style="dim"), Text(one.value), mark)
        yield table


def _timeline(story: LeadStory, zone: ZoneInfo) -> Iterator[RenderableType]:
    yield _heading("Timeline")
    table = _table("  #", "at", "step", "what", "outcome", "reason", "took", "data")
    for one in story.events:
        table.add_row(
            f"  {one.seq}" + (f" (run {one.run})" if one.run > 1 else ""),
            _clock(one.at, story.passport.received_at, zone),
            one.step,
            one.type,
            Text(one.outcome, style=_STYLES.get(one.outcome, "")),
            one.reason or "",
            f"{one.ms} ms",
            Text(_data(one.data), style="dim"),
        )
    yield table


def _clock(at: datetime, received_at: datetime, zone: ZoneInfo) -> str:
    passed = (at - received_at).total_seconds()
    return f"{at.astimezone(zone):%m-%d %H:%M:%S}.{at.microsecond // 1000:03d} (+{_seconds(passed)})"


def _seconds(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.3f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def _data(data: Mapping[str, object]) -> str:
    told = ", ".join(
        f"{key}={_value(value)}" for key, value in data.items() if value not in (None, "", {}, [])
    )
    return told if len(told) <= _LONGEST_DATA else f"{told[: _LONGEST_DATA - 1]}…"


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {one}" for key, one in value.items()) + "}"
    return str(value)


def _decision(
    told: DecisionTold, zone: ZoneInfo, currency: str, *, every_refusal: bool
) -> Iterator[RenderableType]:
    again = f", run {told.run}" if told.run > 1 else ""
    reason = f" ({told.reason})" if told.reason else ""
    how = "" if told.method == Distribution.BEST_REVENUE else f", {told.method.replace('_', ' ')}"
    paced = {"paced": ", paced", "shadow": ", paced in the shadow"}.get(told.pacing, "")
    at = instant_text(told.at, zone)
    yield _heading(f"Decision {told.round}{again}{how}: {told.outcome}{reason}{paced}, {at}")
    yield Text("  funnel: " + " → ".join(f"{told.funnel.get(step, 0)} {step}" for step in _FUNNEL))
    if told.scenarios:
        yield _scenarios(told, currency)
    if told.otherwise:
        yield _otherwise(told.pacing, told.otherwise, currency)
    yield _campaigns([one for one in told.campaigns if every_refusal or not one.refusal], currency)
    if not every_refusal:
        yield from _refused(told.campaigns)


def _campaigns(campaigns: Iterable[CampaignTold], currency: str) -> Table:
    table = _table("  campaign", "company", "what became of it")
    for one in campaigns:
        style = "green" if one.price_minor is not None else "dim" if one.refusal else ""
        table.add_row(f"  {one.campaign}", one.company, Text(_fate(one, currency), style=style))
    return table


def _refused(campaigns: Iterable[CampaignTold]) -> Iterator[RenderableType]:
    """Tell how many campaigns each reason kept out, and the first of them; the most frequent reason first."""
    by_reason: defaultdict[str, list[str]] = defaultdict(list)
    for one in campaigns:
        if one.refusal:
            by_reason[one.refusal].append(one.campaign)
    table = _table("  refused", "campaigns", "which (all: --all)")
    for reason, keys in sorted(by_reason.items(), key=lambda item: (-len(item[1]), item[0])):
        shown, rest = sorted(keys)[:_FIRST_REFUSED], len(keys) - _FIRST_REFUSED
        listed = ", ".join(shown) + (f" and {rest} more" if rest > 0 else "")
        table.add_row(f"  {_plain(reason)}", str(len(keys)), Text(listed, style="dim"))
    if by_reason:
        yield table


def _scenarios(told: DecisionTold, currency: str) -> Table:
    is_paced = any(one.adjusted_minor is not None for one in told.scenarios)
    table = _table("  sold to", "expected", *(("paced",) if is_paced else ()), "price", "campaigns")
    for one in told.scenarios:
        mark = "*" if one.size == told.chosen else " "
        table.add_row(
            f"{mark} {one.size}",
            display(one.expected_minor, currency),
            *((display(_adjusted(one), currency),) if is_paced else ()),
            display(one.price_minor, currency),
            ", ".join(one.campaigns),
        )
    return table


def _adjusted(one: ScenarioTold) -> int:
    return one.expected_minor if one.adjusted_minor is None else one.adjusted_minor


def _otherwise(pacing: str, sale: ScenarioTold, currency: str) -> Text:
    how = "greedy" if pacing == "paced" else "paced"
    expected = display(sale.expected_minor, currency)
    return Text(f"  {how} would sell to {sale.size}, {expected} expected: {', '.join(sale.campaigns)}")


def _fate(one: CampaignTold, currency: str) -> str:
    held_back = f"held back by a shadow price of {one.shadow_price:.1%}" if one.shadow_price else None
    return ", ".join(filter(None, (_won_or_lost(one, currency), one.standing, held_back)))


def _won_or_lost(one: CampaignTold, currency: str) -> str | None:
    if one.refusal:
        return _plain(one.refusal)
    expected = f" ({one.rejection_rate:.1%} expected back)" if one.rejection_rate else ""
    if one.price_minor is not None:
        return f"won at {display(one.price_minor, currency)}{expected}"
    if one.more_minor is None:
        return None if one.standing else f"could not have won at any price{expected}"
    return f"outbid: {display(one.more_minor, currency)} more for size {one.size} would have won{expected}"


def _plain(code: str) -> str:
    return code.replace("_", " ")


def _deliveries(story: LeadStory, zone: ZoneInfo) -> Iterator[RenderableType]:
    if not story.assignments:
        return
    yield _heading("Deliveries")
    parcels = _by_assignment(story.parcels)
    for one in story.assignments:
        until = (
            f", may be rejected until {instant_text(one.rejection_until, zone)}"
            if one.rejection_until
            else ""
        )
        yield Text(f"  {one.company_name} ({one.campaign}): {one.standing}{until}")
        for history in parcels.get(one.id, ()):
            yield from (Text(f"    {line}", style="dim") for line in _attempts(history, zone))
        for said in story.feedback:
            if said.assignment_id == one.id:
                why = " ".join(filter(None, (said.reason, said.code)))
                yield Text(f"    {said.type} {why} at {instant_text(said.at, zone)}")


def _by_assignment(parcels: Iterable[ParcelHistory]) -> dict[UUID, list[ParcelHistory]]:
    found: dict[UUID, list[ParcelHistory]] = {}
    for history in parcels:
        if history.parcel.assignment_id:
            found.setdefault(history.parcel.assignment_id, []).append(history)
    return found


def _attempts(history: ParcelHistory, zone: ZoneInfo) -> Iterator[str]:
    if not history.attempts:
        yield f"method {history.parcel.method + 1}: {history.parcel.status.value}"
    for one in history.attempts:
        came = one.verdict.value if one.verdict else "no answer yet"
        detail = " ".join(str(part) for part in (one.reason, one.status, one.detail) if part)
        took = f" in {one.ms} ms" if one.ms is not None else ""
        yield f"{one.request} at {instant_text(one.started_at, zone)}: {came}{took} {detail}".rstrip()


def _money(story: LeadStory, currency: str) -> Iterator[RenderableType]:
    money = story.money
    yield _heading("Money")
    told = {
        "revenue": money.revenue_minor,
        "credited": money.credited_minor,
        "payout": money.payout_minor,
        "left": money.profit_minor,
    }
    yield Text("  " + ", ".join(f"{word} {display(amount, currency)}" for word, amount in told.items()))


def _heading(words: str) -> Text:
    return Text(f"\n{words}", style="bold cyan")


def _table(*columns: str) -> Table:
    table = Table(box=None, show_header=bool(columns), padding=(0, 2, 0, 0), header_style="dim")
    for column in columns or ("", "", ""):
        table.add_column(column, overflow="fold")
    return table
