"""An example lead that a source could post: it fits the source's criteria where it can."""

from collections.abc import Iterable, Mapping

from leadhouse.kit.places import Place, by_zip, zips_of_state
from leadhouse.parties.types import Product, Source
from leadhouse.rules import Field, FieldType

_PERSON = {
    "first_name": "Louise",
    "last_name": "Example",
    "email": "louise.example@example.com",
    "phone_1": "(302) 321-5560",
    "address_1": "2156 Mountain View Rd",
}
_BY_TYPE: Mapping[FieldType, object] = {
    FieldType.TEXT: "example",
    FieldType.NUMBER: 120,
    FieldType.MONEY: "120.00",
    FieldType.BOOLEAN: True,
    FieldType.DATE: "2030-06-01",
    FieldType.DATETIME: "2030-06-01T09:00:00Z",
}
_STATES = (
    *("WY", "CO", "TX", "CA", "FL", "NY", "AZ", "NV", "UT", "WA", "OR", "ID", "MT", "NM", "OK", "KS", "NE"),
    *("SD", "ND", "MN", "IA", "MO", "AR", "LA", "MS", "AL", "GA", "SC", "NC", "TN", "KY", "IL", "WI", "MI"),
    *("IN", "OH", "WV", "VA", "MD", "DE", "PA", "NJ", "CT", "RI", "MA", "VT", "NH", "ME", "AK", "HI", "DC"),
)


def example_lead(source: Source | None, products: Iterable[Product]) -> dict[str, object]:
    """Return a post as a mapping, in the order in which people would write it."""
    named = [*products]
    first = next(iter(named), None)
    about: dict[str, object] = {key: _value(field) for key, field in first.fields.items()} if first else {}
    if len(named) > 1 and first:
        about = {"product": first.key, **about}
    extra = {key: "example" for key in (first.required if first else ()) if key.startswith("extra.")}
    for state in _STATES:
        place = _place(state)
        lead = {
            **_PERSON,
            **_where(place),
            **about,
            **{key.removeprefix("extra."): one for key, one in extra.items()},
        }
        if source is None or source.criteria is None:
            return lead
        facts = {**lead, **extra, "phone_1": "+13023215560", "source": source.key, "channel": source.channel}
        if source.criteria.matches(facts):
            return lead
    return {**_PERSON, **_where(_place("WY")), **about}


def _value(field: Field) -> object:
    if field.choices:
        return [field.choices[0]] if field.type is FieldType.MULTICHOICE else field.choices[0]
    return _BY_TYPE.get(field.type, "example")


def _place(state: str) -> Place:
    zips = zips_of_state(state)
    found = [place for code in zips[len(zips) // 2 :] if (place := by_zip(code)) is not None]
    return found[0]


def _where(place: Place) -> dict[str, object]:
    return {"city": place.city, "state": place.state, "postal_code": place.zip_code}
