"""What can be asked about a lead: the canonical fields, a product's own, and the facts that checks append."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from leadhouse.parties.types import Product
from leadhouse.rules.types import Field, FieldType

EXTRA = "extra."


class Category(StrEnum):
    """Under which heading a field is shown."""

    SYSTEM = "System"
    CONTACT = "Contact Info"
    LOCATION = "Location"
    PROCESSING = "Processing"
    USER_PREFERENCE = "User Preference"
    INDUSTRY_SPECIFIC = "Industry Specific"
    ATTRIBUTION = "Attribution"
    VERIFICATION = "Verification"


@dataclass(frozen=True, slots=True)
class KnownField:
    """A field of every lead: where it is shown, and whether it is posted or found out by us."""

    field: Field
    category: Category
    is_posted: bool


_TEXT, _NUMBER, _MONEY, _YES_NO = FieldType.TEXT, FieldType.NUMBER, FieldType.MONEY, FieldType.BOOLEAN

_Row = tuple[str, FieldType, str, str]

_POSTED: Mapping[Category, tuple[_Row, ...]] = {
    Category.CONTACT: (
        ("first_name", _TEXT, "First name", "The person's given name."),
        ("last_name", _TEXT, "Last name", "The person's family name."),
        ("email", _TEXT, "Email", "The primary way to reach the person."),
        ("phone_1", _TEXT, "Phone", "The secondary way to reach the person."),
    ),
    Category.LOCATION: (
        ("address_1", _TEXT, "Address", "Street address of the place of service."),
        ("city", _TEXT, "City", "City of the place of service."),
        ("state", _TEXT, "State", "Postal code of the state, like WY."),
        ("postal_code", _TEXT, "ZIP", "Five digits of the ZIP code."),
        ("country", _TEXT, "Country", "Two-letter code of the country, like US."),
        ("lat", _NUMBER, "Latitude", "Degrees north."),
        ("lon", _NUMBER, "Longitude", "Degrees east."),
    ),
    Category.USER_PREFERENCE: (
        ("max_contact_requests", _NUMBER, "Contact requests", "How many companies may get in touch."),
        ("consent_text", _TEXT, "Consent", "The words the person agreed to."),
    ),
    Category.INDUSTRY_SPECIFIC: (
        ("product", _TEXT, "Product", "What the person wants."),
        ("estimate_low", _MONEY, "Estimate from", "Lower end of the project's estimate."),
        ("estimate_high", _MONEY, "Estimate to", "Upper end of the project's estimate."),
    ),
    Category.ATTRIBUTION: (
        ("source_url", _TEXT, "Source URL", "The page the lead came from."),
        ("landing_url", _TEXT, "Landing URL", "The first page the person saw."),
        ("marketing_campaign", _TEXT, "Marketing campaign", "The advert or mailing that brought the lead."),
        ("reference", _TEXT, "Reference", "The source's own number for the lead."),
        *((f"sub_id_{n}", _TEXT, f"Sub id {n}", "A tracking value of the source.") for n in range(1, 6)),
    ),
    Category.VERIFICATION: (
        ("ip", _TEXT, "IP address", "The address the form was sent from."),
        ("user_agent", _TEXT, "User agent", "The browser the form was sent with."),
        ("trustedform_cert_url", _TEXT, "TrustedForm certificate", "Proof of consent by TrustedForm."),
        ("leadid_token", _TEXT, "LeadiD token", "Proof of consent by Jornaya."),
    ),
}  # fmt: skip

_FOUND_OUT: Mapping[Category, tuple[_Row, ...]] = {
    Category.SYSTEM: (
        ("received_at", FieldType.DATETIME, "Created at", "When the lead came in."),
        ("is_test", _YES_NO, "Test", "Whether the lead came from a test source."),
    ),
    Category.ATTRIBUTION: (
        ("source", _TEXT, "Source", "Key of the source that sent the lead."),
        ("channel", _TEXT, "Channel", "The lead-source tag."),
    ),
    Category.LOCATION: (
        ("county", _TEXT, "County", "County of the ZIP."),
        ("time_zone", _TEXT, "Time zone", "IANA zone of the ZIP, like America/Denver."),
        ("city_fits_zip", _YES_NO, "City fits ZIP", "Whether the city is a name used for the ZIP."),
        ("area_code_fits_state", _YES_NO, "Area code fits state", "Whether the phone's area is the state's."),
    ),
    Category.PROCESSING: (
        ("classification", _NUMBER, "Classification", "Verification class, 0 to 7."),
    ),
    Category.VERIFICATION: (
        ("phone_valid", _YES_NO, "Phone valid", "Whether the number can exist."),
        ("phone_line_type", _TEXT, "Line type", "mobile, landline, voip, toll_free …"),
        ("phone_active", _YES_NO, "Phone active", "Whether a live ping reached the line."),
        ("phone_verified", _YES_NO, "Phone verified", "Whether a service proved the line to be live."),
        ("phone_risky", _YES_NO, "Phone risky", "Whether the number was used for fraud."),
        ("phone_carrier", _TEXT, "Carrier", "Who runs the line."),
        ("phone_fraud_score", _NUMBER, "Phone fraud score", "0 (clean) to 100, by the service."),
        ("email_valid", _YES_NO, "Email valid", "Whether the address has a valid form."),
        ("email_deliverable", _YES_NO, "Email deliverable", "Whether the mailbox takes mail."),
        ("email_disposable", _YES_NO, "Email disposable", "Whether it is a throw-away mailbox."),
        ("email_free", _YES_NO, "Email free", "Whether anybody can open such a mailbox."),
        ("email_fraud_score", _NUMBER, "Email fraud score", "0 (clean) to 100, by the service."),
        ("ip_country", _TEXT, "IP country", "Two-letter code of the address's country."),
        ("ip_region", _TEXT, "IP region", "State or region of the address."),
        ("ip_proxy", _YES_NO, "IP proxy", "Whether the address hides another."),
        ("ip_fraud_score", _NUMBER, "IP fraud score", "0 (clean) to 100, by the service."),
        ("fraud_score", _NUMBER, "Fraud score", "The highest of the lead's fraud scores."),
    ),
}  # fmt: skip


def _known(rows: Mapping[Category, tuple[_Row, ...]], *, is_posted: bool) -> dict[str, KnownField]:
    return {
        key: KnownField(Field(key, type_, label, tooltip=tooltip), category, is_posted)
        for category, fields in rows.items()
        for key, type_, label, tooltip in fields
    }


CANONICAL: Mapping[str, KnownField] = _known(_POSTED, is_posted=True)
DERIVED: Mapping[str, KnownField] = _known(_FOUND_OUT, is_posted=False)
_COMMON: Mapping[str, Field] = {key: known.field for key, known in {**CANONICAL, **DERIVED}.items()}


def category_of(key: str) -> Category:
    """Return where a field is shown; a product's own and `extra.` fields are industry specific."""
    known = CANONICAL.get(key) or DERIVED.get(key)
    return known.category if known else Category.INDUSTRY_SPECIFIC


class Catalogue(Mapping[str, Field]):
    """The fields a rule may ask about; `extra.<name>` is a text field whatever the name.

    Money whose field names no unit of its own is in `currency`.
    """

    def __init__(self, own: Mapping[str, Field], currency: str = "") -> None:
        self.own, self.currency = own, currency

    def __getitem__(self, key: str) -> Field:
        found = self.own.get(key) or _COMMON.get(key)
        if found is None:
            return _extra(key)
        is_bare = found.type is FieldType.MONEY and not found.unit and self.currency
        return replace(found, unit=self.currency) if is_bare else found

    def __iter__(self) -> Iterator[str]:
        yield from _COMMON
        yield from (key for key in self.own if key not in _COMMON)

    def __len__(self) -> int:
        return len({*_COMMON, *self.own})


@lru_cache(maxsize=4_096)
def _extra(key: str) -> Field:
    name = key.removeprefix(EXTRA)
    if not key.startswith(EXTRA) or not name or len(name) > 200:
        raise KeyError(key)
    return Field(key, FieldType.TEXT, name.replace("_", " ").capitalize())


def catalogue(product: Product, currency: str = "") -> Catalogue:
    """Return what rules may ask about a lead of this product."""
    return Catalogue(product.fields, currency)


def catalogue_of(*own: Mapping[str, Field], currency: str = "") -> Catalogue:
    """Return the catalogue of leads of several products; the first to name a field says what it is."""
    return Catalogue({key: field for fields in reversed(own) for key, field in fields.items()}, currency)


def postable(own: Iterable[str]) -> frozenset[str]:
    """Return the keys that a post can carry for a product with these fields of its own."""
    return frozenset({*CANONICAL, *own})
