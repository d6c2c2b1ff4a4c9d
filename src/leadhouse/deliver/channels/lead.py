"""The canonical lead as buyers get it: one flat object."""

from collections.abc import Mapping
from uuid import UUID

from leadhouse.outbound.wire.values import plain


def flat_lead(
    fields: Mapping[str, object], extra: Mapping[str, object], *, lead_id: UUID, product: str, price: str
) -> dict[str, object]:
    """Return the fields (blank ones left out), `extra` as an object, and lead_id, product, price."""
    known: dict[str, object] = {name: plain(one) for name, one in fields.items() if one not in (None, "")}
    # Ours are written last: a field of the same name can never pose as the lead's id or price.
    return known | {"extra": plain(extra), "lead_id": str(lead_id), "product": product, "price": price}
