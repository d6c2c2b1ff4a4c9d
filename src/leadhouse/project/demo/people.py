"""Makes people who ask for something: real ZIP codes, valid phones, invented names, by seed."""

from collections.abc import Iterator, Mapping, Sequence
from random import Random

from leadhouse.kit.phones import parse_phone
from leadhouse.kit.places import Place, all_zips, by_zip

Submission = dict[str, object]
FieldDocument = Mapping[str, object]

_FIRST = [
    "Louis",
    "Maria",
    "James",
    "Aisha",
    "Robert",
    "Linda",
    "Wei",
    "Carmen",
    "David",
    "Priya",
    "Michael",
    "Elena",
    "John",
    "Fatima",
    "Daniel",
    "Sofia",
    "Kevin",
    "Grace",
    "Thomas",
    "Naomi",
    "Carlos",
    "Hannah",
    "Andre",
    "Julia",
    "Peter",
    "Leah",
    "Omar",
    "Ruth",
    "Victor",
    "Amy",
]
_LAST = [
    "Espinoza",
    "Garcia",
    "Smith",
    "Johnson",
    "Nguyen",
    "Okafor",
    "Brown",
    "Patel",
    "Martinez",
    "Lee",
    "Walker",
    "Young",
    "Rivera",
    "Hughes",
    "Kowalski",
    "Foster",
    "Bennett",
    "Silva",
    "Cohen",
    "Murphy",
    "Ramirez",
    "Novak",
    "Price",
    "Hansen",
    "Douglas",
    "Ortega",
    "Sullivan",
    "Fischer",
    "Reyes",
    "Webb",
]
_STREETS = [
    "Mountain View Rd",
    "Oak St",
    "Maple Ave",
    "Washington Blvd",
    "Cedar Ln",
    "Lake Dr",
    "Hill St",
    "Sunset Ave",
]
# What people answer where a figure is asked for; of a field that is not in here, any.
_ANY_FIGURE = range(50, 900)
_FIGURES = {
    "age": range(24, 82),
    "claims": range(4),
    "home_value": range(140_000, 900_000, 5_000),
    "monthly_bill": range(70, 420),
    "roof_area": range(900, 4_200, 50),
    "window_count": range(2, 26),
}
# The sandbox's magic endings and the fiction range begin with zeros.
_LINE_NUMBERS = range(1_000, 10_000)


def ordinary(
    random: Random, product: str, fields: Sequence[FieldDocument], zip_code: str | None = None
) -> Submission:
    """Return somebody who asks for this product and fills the form in properly; anywhere unless told."""
    place = (by_zip(zip_code) if zip_code else None) or _place(random)
    first, last = random.choice(_FIRST), random.choice(_LAST)
    low = random.randrange(4_000, 20_000, 50)
    return {
        "product": product,
        "first_name": first,
        "last_name": last,
        "email": f"{first}.{last}.{random.randrange(16**8):08x}@example.com".lower(),
        "phone_1": _phone(random, place),
        "address_1": f"{random.randrange(10, 9_900)} {random.choice(_STREETS)}",
        "city": place.city,
        "state": place.state,
        "postal_code": place.zip_code,
        "max_contact_requests": random.choice((1, 2, 3, 4, 4, 4)),
        "estimate_low": f"{low}.00",
        "estimate_high": f"{low * 2}.00",
        "ip": f"198.51.100.{random.randrange(1, 255)}",
        **{str(field["key"]): answer for field in fields for answer in _answers(random, field)},
    }


def _place(random: Random) -> Place:
    """Pick a place with a zone and an area code, in one of the fifty states."""
    while True:
        place = by_zip(random.choice(all_zips()))
        if place and place.time_zone and place.area_codes and place.county and place.state != "PR":
            return place


def _phone(random: Random, place: Place) -> str:
    while True:
        area = random.choice(sorted(place.area_codes))
        phone = parse_phone(f"{area}{random.randrange(200, 1_000)}{random.choice(_LINE_NUMBERS)}")
        if phone and phone.is_valid and not phone.is_fictional:
            return phone.national


def _answers(random: Random, field: FieldDocument) -> Iterator[object]:
    choices = field.get("choices")
    if isinstance(choices, list):
        yield random.choice(choices)
    elif field.get("type") in {"number", "money"}:
        yield random.choice(_FIGURES.get(str(field["key"]), _ANY_FIGURE))
    elif field.get("type") == "boolean":
        yield random.random() < 0.5
