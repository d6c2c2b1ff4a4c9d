"""Campaigns and leads on real ZIPs, as Hypothesis may make them, and every gate asked in the plainest way."""

from datetime import datetime

from hypothesis import strategies as st
from pyroaring import BitMap

from leadhouse.allocate.types import Lead, Refusal
from leadhouse.kit import places
from leadhouse.kit.hours import is_open
from leadhouse.parties.types import Area, Campaign, Market, Radius
from tests.allocate.allocate_markets import NOW, hours, lead, rule, weekdays

NOBODY = BitMap()
ZIPS = [zip_code for zip_code in places.all_zips() if zip_code[:2] in {"82", "80", "01", "96"}][::7]
STATES = ["WY", "CO", "MA", "HI"]
COUNTIES = sorted({
    (place.state, places.county_key(place.county))
    for place in filter(None, map(places.by_zip, ZIPS))
    if place.county
})  # fmt: skip
CENTRES = [(place.lat, place.lon) for place in filter(None, map(places.by_zip, ZIPS)) if place.lat]


def some(values: list[object]) -> st.SearchStrategy[frozenset[object]]:
    return st.one_of(st.just(frozenset()), st.frozensets(st.sampled_from(values), min_size=1, max_size=4))


_RADII = st.builds(
    lambda centre, miles: Radius(centre[0], centre[1], miles),
    st.sampled_from(CENTRES),
    st.sampled_from([0.0, 5.0, 40.0, 300.0]),
)
AREAS = st.builds(
    Area,
    states=some(STATES),
    counties=some(COUNTIES),
    zips=some([*ZIPS, "M5V2T6", "82301"]),
    zip_prefixes=some(["8", "82", "823", "8230", "010", "M5V", "M"]),
    countries=some(["US", "CA"]),
    radius=st.none() | _RADII,
)
RULES = [
    None,
    rule({"field": "city", "operator": "=", "value": "Laramie"}),
    rule({"field": "estimate_low", "operator": ">", "value": 100}),
]
WISHES = st.builds(
    dict,
    where=st.none() | AREAS,
    is_active=st.sampled_from([True, True, True, False]),
    only_sources=some(["calculator", "form"]),
    never_sources=some(["calculator", "unknown"]),
    criteria=st.sampled_from(RULES),
    classifications=st.none() | st.frozensets(st.integers(0, 7), max_size=4),
    schedule=st.sampled_from([None, weekdays("09:00-11:00"), hours("sun")]),
    company_id=st.integers(1, 4),
)
_PLACES = st.builds(
    lambda zip_code, state, country, point: {
        name: value
        for name, value in {
            "postal_code": zip_code,
            "state": state,
            "country": country,
            "lat": point and point[0],
            "lon": point and point[1],
            "city": "Laramie",
        }.items()
        if value is not None
    },
    st.none() | st.sampled_from([*ZIPS, "00000", "M5V 2T6", "m5v2t6", "82301"]),
    st.none() | st.sampled_from(STATES),
    st.sampled_from([None, "US", "CA"]),
    st.none() | st.sampled_from(CENTRES),
)
LEADS = st.builds(
    lambda facts, source, number, held: lead(
        facts, source=source, classification=number, held_by=frozenset(held)
    ),
    _PLACES,
    st.sampled_from(["calculator", "form", "unknown"]),
    st.sampled_from([None, 0, 3, 5]),
    st.sets(st.integers(1, 4), max_size=2),
)


def _inside(wish: Area, facts: dict[str, object]) -> bool:
    """Geography once more, in the plainest words."""
    country = str(facts.get("country", "US"))
    zip_code = str(facts.get("postal_code", ""))
    if country != "US":
        zip_code = zip_code.replace(" ", "").upper() if wish.countries else ""
    place = places.by_zip(zip_code) if country == "US" else None
    state = place.state if place else (facts.get("state") if country == "US" else None)
    county = (place.state, places.county_key(place.county)) if place and place.county else None
    named = [
        state in wish.states,
        county in wish.counties,
        zip_code in wish.zips,
        bool(zip_code) and any(zip_code.startswith(prefix) for prefix in wish.zip_prefixes),
    ]
    is_named = any(named) or not (wish.states or wish.counties or wish.zips or wish.zip_prefixes)
    if not is_named or (wish.countries and country not in wish.countries):
        return False
    if wish.radius is None:
        return True
    point = (facts["lat"], facts["lon"]) if "lat" in facts else (place and (place.lat, place.lon))
    if not point or point[0] is None:
        return False
    return places.miles_between(wish.radius.lat, wish.radius.lon, *point) <= wish.radius.miles  # type: ignore[arg-type]


def plain_refusal(
    one: Campaign, whole: Market, asked: Lead, over: BitMap = NOBODY, now: datetime = NOW
) -> Refusal | None:
    """Ask one campaign by itself, gate by gate."""
    seller = whole.companies[one.company_id]
    is_in_touch = all(is_open(each, seller.zone, now) for each in (seller.hours, one.schedule) if each)
    product = whole.products[one.product]
    is_active = one.is_active and not seller.is_closed and not product.is_closed
    gates = [
        (is_active, Refusal.INACTIVE),
        (one.product == asked.product, Refusal.OTHER_PRODUCT),
        (_inside(one.where or Area(), dict(asked.facts)), Refusal.OUT_OF_AREA),
        (not one.only_sources or asked.source in one.only_sources, Refusal.SOURCE),
        (asked.source not in one.never_sources, Refusal.SOURCE),
        (one.criteria is None or one.criteria.matches(asked.facts), Refusal.PROPERTIES),
        (one.classifications is None or asked.classification in one.classifications, Refusal.CLASSIFICATION),
        (one.id not in over, Refusal.THRESHOLD),
        (is_in_touch, Refusal.CLOSED_NOW),
        (one.company_id not in asked.held_by, Refusal.ALREADY_GIVEN),
    ]
    return next((reason for passes, reason in gates if not passes), None)
