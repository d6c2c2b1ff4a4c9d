"""One lead as a buyer gets it, for the tests of all channels."""

from typing import Any
from uuid import UUID

from leadhouse.deliver.channels.lead import flat_lead
from leadhouse.deliver.types import Content

DELIVERY = UUID("019a0000-0000-7000-8000-000000000001")
LEAD = UUID("019a0000-0000-7000-8000-00000000000a")
FIELDS: dict[str, object] = {
    "first_name": "Ann",
    "last_name": "O'Neil & <Sons>",
    "email": "ann@example.com",
    "phone_1": "+13075551234",
    "city": "Rawlins",
    "state": "WY",
    "postal_code": "82301",
    "lat": 41.79,
    "max_contact_requests": 3,
    "roof_type": "metal",
    "is_owner": True,
    "address_1": "",
    "country": None,
}


def content(**changes: Any) -> Content:
    """A roofing lead for Acme at 25.00; `fields` and `extra` may be given."""
    lead = flat_lead(
        FIELDS | changes.get("fields", {}),
        changes.get("extra", {"pets": "2 dogs"}),
        lead_id=LEAD,
        product="roofing",
        price="25.00",
    )
    return Content(
        DELIVERY, lead, company="Acme Roofing", campaign="acme-west", product="Roofing", price="25.00"
    )
