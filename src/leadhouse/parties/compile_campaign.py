"""A campaign's document made into the frozen campaign: areas, bids, caps and delivery methods."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from leadhouse.kit.hours import WeekHours, parse_hours
from leadhouse.kit.places import by_zip, plain_code, state_code
from leadhouse.parties.documents import (
    AreaDocument,
    BidRuleDocument,
    CampaignCaps,
    CampaignDocument,
    EmailMethod,
    HoursDocument,
    HttpMethod,
    LocationDocument,
    MethodDocument,
    RadiusDocument,
    SourceCaps,
)
from leadhouse.parties.fields import Catalogue
from leadhouse.parties.leaves import ANY_SIZE, LARGEST_SIZE, county_of, minor_of, size_of
from leadhouse.parties.sharing import Sharing
from leadhouse.parties.types import (
    AcceptRule,
    Area,
    BidPing,
    BidRule,
    Campaign,
    Cap,
    CapPeriod,
    CapUnit,
    Location,
    Method,
    MethodKind,
    Radius,
)


@dataclass(frozen=True, slots=True)
class CampaignPlace:
    """Where a campaign stands: its rows' numbers, its company's locations, its product's fields."""

    id: int
    company_id: int
    locations: tuple[Location, ...]
    fields: Catalogue
    is_closed: bool


def compile_campaign(
    document: CampaignDocument, place: CampaignPlace, *, currency: str, sharing: Sharing
) -> Campaign:
    """Return the campaign; a closed one keeps what old deliveries need, and no rules or places."""
    is_open = not place.is_closed
    return Campaign(
        id=place.id,
        key=document.key,
        company_id=place.company_id,
        product=sharing.same(document.product),
        is_active=is_open and document.status == "active",
        bids=_bids(document.bids, currency, sharing),
        bid_rules=_bid_rules(document, place, currency, sharing) if is_open else (),
        where=area_of(document.where, place, sharing) if is_open else None,
        only_sources=sharing.same(frozenset(map(sharing.same, document.sources.only))),
        never_sources=sharing.same(frozenset(map(sharing.same, document.sources.never))),
        criteria=sharing.rule(document.criteria, document.product, place.fields) if is_open else None,
        classifications=_classifications(document, sharing),
        schedule=week_hours(document.schedule, sharing),
        caps=caps_of(document.caps, currency, sharing),
        rejection_window=sharing.same(timedelta(hours=document.rejection_window_hours)),
        weight=document.weight,
        priority=document.priority,
        methods=_methods(document, sharing),
        group=document.group and sharing.same(document.group),
        ping=_ping(document, currency) if is_open else None,
    )


def week_hours(document: HoursDocument | None, sharing: Sharing) -> WeekHours | None:
    """Return the hours of a block, None (always open) when it names no day."""
    days = document.model_dump(exclude_none=True) if document else {}
    return sharing.same(parse_hours(days)) if days else None


def caps_of(document: CampaignCaps | SourceCaps, currency: str, sharing: Sharing) -> tuple[Cap, ...]:
    """Return the caps in the order day, week, month; counts before money."""
    caps: list[Cap] = []
    for period in CapPeriod:
        cap = getattr(document, period)
        if cap is not None and cap.count is not None:
            caps.append(Cap(period, CapUnit.COUNT, cap.count))
        money = getattr(cap, "money", None)
        if money is not None:
            caps.append(Cap(period, CapUnit.MONEY, minor_of(money, currency)))
    return sharing.same(tuple(map(sharing.same, caps)))


def _classifications(document: CampaignDocument, sharing: Sharing) -> frozenset[int] | None:
    accepted = document.classifications
    return None if accepted is None else sharing.same(frozenset(accepted))


def _bids(written: Mapping[str, str | int | float], currency: str, sharing: Sharing) -> Mapping[int, int]:
    own = {size_of(name): amount for name, amount in written.items() if name != ANY_SIZE}
    others = dict.fromkeys(range(1, LARGEST_SIZE + 1), written[ANY_SIZE]) if ANY_SIZE in written else {}
    bids = {size: minor_of(amount, currency) for size, amount in {**others, **own}.items()}
    in_order = sorted(bids.items())
    return sharing.made("bids", in_order, lambda: dict(in_order))


def _bid_rules(
    document: CampaignDocument, place: CampaignPlace, currency: str, sharing: Sharing
) -> tuple[BidRule, ...]:
    def made(rule: BidRuleDocument) -> BidRule:
        return BidRule(
            bids=_bids(rule.bids, currency, sharing),
            where=area_of(rule.where, place, sharing),
            sources=sharing.same(frozenset(map(sharing.same, rule.sources))),
            criteria=sharing.rule(rule.criteria, document.product, place.fields),
        )

    return tuple(map(made, document.bid_rules))


def area_of(document: AreaDocument | None, place: CampaignPlace, sharing: Sharing) -> Area | None:
    """Return the area of a block, None (everywhere) when it names nothing."""
    if document is None or not any((document.states, document.counties, document.zips, document.countries,
                                    document.radius)):  # fmt: skip
        return None
    radius = _radius(document.radius, place.locations) if document.radius else None
    parts = document.model_dump(exclude={"radius"})
    centre = (radius.lat, radius.lon, radius.miles) if radius else None
    return sharing.made("area", (parts, centre), lambda: _plain_area(document, radius, sharing))


def _plain_area(document: AreaDocument, radius: Radius | None, sharing: Sharing) -> Area:
    states = filter(None, map(state_code, document.states))
    counties = filter(None, map(county_of, document.counties))
    codes = list(map(plain_code, document.zips))
    return Area(
        states=sharing.same(frozenset(map(sharing.same, states))),
        counties=sharing.same(frozenset(map(sharing.same, counties))),
        zips=frozenset(map(sharing.same, (one for one in codes if not one.endswith("*")))),
        zip_prefixes=sharing.same(frozenset(one.removesuffix("*") for one in codes if one.endswith("*"))),
        countries=sharing.same(frozenset(map(sharing.same, document.countries))),
        radius=radius,
    )


def _radius(document: RadiusDocument, locations: tuple[Location, ...]) -> Radius:
    miles = float(document.miles)
    if document.lat is not None and document.lon is not None:
        return Radius(float(document.lat), float(document.lon), miles)
    for location in locations:
        if location.name == document.location and location.lat is not None and location.lon is not None:
            return Radius(location.lat, location.lon, miles)
    raise ValueError(f"the company has no placed location {document.location!r}")


def location_of(document: LocationDocument) -> Location:
    """Return the location, placed at its ZIP's centre where no coordinates are written."""
    at_zip = by_zip(document.postal_code or "")
    has_point = document.lat is not None and document.lon is not None
    lat, lon = (document.lat, document.lon) if has_point or at_zip is None else (at_zip.lat, at_zip.lon)
    return Location(
        name=document.name,
        postal_code=document.postal_code or "",
        lat=None if lat is None else float(lat),
        lon=None if lon is None else float(lon),
    )


def _ping(document: CampaignDocument, currency: str) -> BidPing | None:
    if document.bid is None:
        return None
    ping = document.bid.ping
    return BidPing(
        url=ping.url,
        format=ping.format,
        map=ping.map,
        headers=ping.headers,
        prices={size_of(name): path for name, path in (ping.prices or {}).items()},
        reference=ping.reference,
        currency=ping.currency,
        timeout=timedelta(milliseconds=ping.timeout_ms),
        most=minor_of(ping.max, currency),
        secret=ping.secret or "",
    )


def _methods(document: CampaignDocument, sharing: Sharing) -> tuple[Method, ...]:
    if document.deliver is None:
        return sharing.same((Method(MethodKind.PORTAL),))
    written = [method.model_dump() for method in document.deliver]
    deliver = document.deliver
    return sharing.made("methods", written, lambda: tuple(map(_method, deliver)))


def _method(document: MethodDocument) -> Method:
    if isinstance(document, HttpMethod):
        return _http_method(document)
    if isinstance(document, EmailMethod):
        to, subject, body = tuple(document.to), document.subject, document.body
        return Method(MethodKind.EMAIL, to=to, subject=subject, body=body)
    return Method(MethodKind.PORTAL)


def _http_method(document: HttpMethod) -> Method:
    return Method(
        kind=MethodKind.HTTP,
        url=document.url,
        format=document.format,
        map=document.map,
        headers=document.headers,
        accept=_accept_rule(document),
        timeout=timedelta(milliseconds=document.timeout_ms),
        secret=document.secret or "",
    )


def _accept_rule(document: HttpMethod) -> AcceptRule | None:
    accept = document.accept
    if accept is None:
        return None
    return AcceptRule(accept.path, _as_text(accept.equals), accept.reference, accept.reason)


def _as_text(value: str | float | bool | None) -> str | None:  # noqa: FBT001 - a value of the file
    """Return a value as JSON's text would show it: true, 1, ok."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)
