"""What decides which leads a campaign gets and what it bids for them, in sentences."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from leadhouse.kit import money
from leadhouse.kit.hours import WEEKDAYS
from leadhouse.kit.places import STATE_NAMES, by_zip, state_code, zips_of_county
from leadhouse.kit.text import listed
from leadhouse.parties.checks import Block, block, blocks
from leadhouse.parties.entries import Config
from leadhouse.parties.fields import Catalogue
from leadhouse.parties.leaves import ANY_SIZE, LARGEST_SIZE, size_of
from leadhouse.parties.rule_words import rule_words
from leadhouse.web.console.words import CLASSIFICATIONS, DAYS, sale_size

_UNSAID = "sources that the operator chose"


@dataclass(frozen=True, slots=True)
class Price:
    """What is bid when so many companies share a lead, as it is shown."""

    size: str
    amount: str


@dataclass(frozen=True, slots=True)
class RuleTold:
    """A bid rule: for which leads, and its bids; other sizes are those of the next rule that fits."""

    sentence: str
    prices: list[Price]


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that decides, under its name."""

    label: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a campaign's page says of its prices and of what decides them."""

    prices: list[Price]
    bid_rules: list[RuleTold]
    terms: list[Term]


@dataclass(frozen=True, slots=True)
class Telling:
    """With what is told: fields and currency of rules, names of sources; None keeps those to the operator."""

    fields: Catalogue
    sources: Mapping[str, str] | None

    def named(self, keys: Sequence[object]) -> str:
        """Return sources by their names."""
        return (
            _UNSAID
            if self.sources is None
            else listed([self.sources.get(str(one), str(one)) for one in keys])
        )

    def rule(self, tree: object) -> str:
        """Return a rule's sentence; "" for one that asks nothing."""
        if not isinstance(tree, Mapping) or (not tree.get("rules") and "field" not in tree):
            return ""
        if self.sources is None and "source" in set(_asked(tree)):
            return "the operator's rule about sources is met"
        return rule_words(tree, self.fields) or "a rule is met that cannot be read any more"


def told_of(campaign: Config, company: Config, zone: str, telling: Telling) -> Told:
    """Return what is told of a campaign of a company, both as the market file has them."""
    return Told(
        prices(campaign.get("bids"), telling.fields.currency),
        rules_told(campaign, telling),
        terms(campaign, company.get("hours"), zone, telling),
    )


def prices(bids: object, currency: str) -> list[Price]:
    """Return the bids of the market file as shown, the smallest size first."""
    written = _block(bids)
    return [
        Price(size_words(size), _money(amount, currency))
        for size, amount in sorted(written.items(), key=lambda bid: place_of(bid[0]))
    ]


def size_words(size: str) -> str:
    """Return a bid's key ("duo", "5", "any") for people."""
    return "Any other size" if size == ANY_SIZE else sale_size(size_of(size))


def place_of(size: str) -> int:
    """Return where a bid's size stands among others; what holds for any other size comes last."""
    return LARGEST_SIZE + 1 if size == ANY_SIZE else size_of(size)


def rules_told(campaign: Config, telling: Telling) -> list[RuleTold]:
    """Return a campaign's bid rules in the order of the file."""
    return [
        RuleTold(_rule_told(one, telling), prices(one.get("bids"), telling.fields.currency))
        for _, one in blocks(campaign, "bid_rules")
    ]


def _rule_told(rule: Block, telling: Telling) -> str:
    area, sources = area_words(block(rule, "where")), _list(rule.get("sources"))
    criteria = telling.rule(rule.get("criteria"))
    said = [
        area,
        f"from {telling.named(sources)}" if sources else "",
        f"where {criteria}" if criteria else "",
    ]
    return f"For leads {', '.join(filter(None, said))}" if any(said) else "For every lead"


def terms(campaign: Config, company_hours: object, zone: str, telling: Telling) -> list[Term]:
    """Return what decides which leads a campaign gets, and when; `company_hours` are those of its company."""
    return [
        Term("Area", f"Leads {area_words(block(campaign, 'where')) or 'from everywhere'}."),
        Term("Leads", " ".join(_leads(campaign, telling))),
        Term("Hours", _hours(campaign.get("schedule"), company_hours, zone)),
    ]


def cap_term(campaign: Config, currency: str) -> Term:
    """Return a campaign's caps."""
    caps = block(campaign, "caps")
    said = [
        f"{_money(limit, currency) if unit == 'money' else f'{limit} leads'} a {period}"
        for period in ("day", "week", "month")
        for unit, limit in block(caps, period).items()
        if limit is not None
    ]
    return Term("Caps", f"At most {listed(said, 'and')}." if said else "No cap.")


def _leads(campaign: Config, telling: Telling) -> Iterator[str]:
    criteria = telling.rule(campaign.get("criteria"))
    yield f"Only leads where {criteria}." if criteria else "Whatever the lead says."
    chosen = block(campaign, "sources")
    if only := _list(chosen.get("only")):
        yield f"Only from {telling.named(only)}."
    if never := _list(chosen.get("never")):
        yield f"Never from {telling.named(never)}."
    if campaign.get("classifications") is not None:
        classes = [CLASSIFICATIONS[one] for one in _list(campaign["classifications"]) if isinstance(one, int)]
        yield f"Only these classes: {', '.join(classes)}."


def area_words(where: Block) -> str:
    """Return an area of the market file in words, like "in Wyoming or ZIP 82301"; "" for everywhere."""
    zips = [str(one) for one in _list(where.get("zips"))]
    places = [
        *(STATE_NAMES.get(str(one), str(one)) for one in _list(where.get("states"))),
        *map(_county, _list(where.get("counties"))),
        *(f"ZIPs {one.rstrip('*')}…" if one.endswith("*") else f"ZIP {one}" for one in zips),
    ]
    circle, countries = block(where, "radius"), [str(one) for one in _list(where.get("countries"))]
    said = [
        f"in {listed(places)}" if places else "",
        f"within {circle.get('miles')} miles of {_centre(circle)}" if circle else "",
        f"{'only ' if places or circle else 'in '}{listed(countries)}" if countries else "",
    ]
    return ", ".join(filter(None, said))


def _county(written: object) -> str:
    """Return "Carbon County, WY", "Orleans Parish, LA", however the file names it."""
    name, _, state = str(written).rpartition(",")
    code = state_code(state) or ""
    place = next(filter(None, map(by_zip, zips_of_county(name.strip(), code)[:1])), None)
    return f"{place.county}, {code}" if place else str(written)


def _centre(circle: Block) -> str:
    return str(circle.get("location") or f"{circle.get('lat')}, {circle.get('lon')}")


def _hours(schedule: object, company_hours: object, zone: str) -> str:
    own, company = week_words(schedule), week_words(company_hours)
    if own and company:
        return f"{own}, and only while the company is open: {company} ({zone})."
    if own or company:
        return f"{own or f'While the company is open: {company}'} ({zone})."
    return "At any hour."


def week_words(hours: object) -> str:
    """Return a week's hours in words, like "Monday to Friday 09:00-17:00"; "" for none given."""
    written = _block(hours)
    if not written:
        return ""
    days = [", ".join(map(str, _list(written.get(day)))) for day in WEEKDAYS]
    spans: list[tuple[int, int, str]] = []
    for at, ranges in enumerate(days):
        if ranges and spans and spans[-1][1:] == (at - 1, ranges):
            spans[-1] = (spans[-1][0], at, ranges)
        elif ranges:
            spans.append((at, at, ranges))
    return "; ".join(f"{_days(first, last)} {ranges}" for first, last, ranges in spans)


def _days(first: int, last: int) -> str:
    if first == last:
        return DAYS[first]
    return f"{DAYS[first]} {'and' if last == first + 1 else 'to'} {DAYS[last]}"


def _asked(tree: object) -> Iterator[str]:
    if isinstance(tree, Mapping):
        yield str(tree.get("field"))
        for one in _list(tree.get("rules")):
            yield from _asked(one)


def _money(amount: object, currency: str) -> str:
    return money.display(money.to_minor(str(amount), currency), currency)


def _block(value: object) -> Block:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[object]:
    """Return a list of the file; one value alone is a list of one."""
    if isinstance(value, list | tuple):
        return [*value]
    return [] if value is None else [value]
