"""The canonical lead as buyers get it: one flat object."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from leadhouse.kit.clock import iso

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


def flat_lead(
    fields: Mapping[str, object], extra: Mapping[str, object], *, lead_id: UUID, product: str, price: str
) -> dict[str, object]:
    """Return the fields (blank ones left out), `extra` as an object, and lead_id, product, price."""
    known: dict[str, object] = {name: plain(one) for name, one in fields.items() if one not in (None, "")}
    # Ours are written last: a field of the same name can never pose as the lead's id or price.
    return known | {"extra": plain(extra), "lead_id": str(lead_id), "product": product, "price": price}


def plain(value: object) -> Json:
    """Return a value as JSON has it: typed where JSON knows the type, text otherwise."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, datetime):
        return iso(value)
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def text_of(value: object) -> str:
    """Return a value as a form or an element holds it: true, 12.5, a list joined by commas."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ", ".join(text_of(part) for part in value)
    return str(value)
