"""The mail that tells the consumer which companies will be in touch."""

from collections.abc import Sequence
from html import escape
from uuid import UUID

from leadhouse.deliver.channels.email import message_id
from leadhouse.deliver.channels.http import DELIVERY_HEADER
from leadhouse.outbound.types import Mail


def build(
    *, parcel_id: UUID, email: str, product: str, market: str, companies: Sequence[str], sender: str
) -> Mail:
    """Write the confirmation; none of the consumer's own words stand in it.

    The address is not proved to be the writer's, so that whatever the lead said could be sent to a stranger.
    """
    who = "this company" if len(companies) == 1 else f"these {len(companies)} companies"
    opening = f"Thank you for your request for {product}. We have passed it to {who}, who may contact you:"
    closing = f"If you did not ask for this, you need do nothing.\n\n{market}"
    listed = "\n".join(f"  - {name}" for name in companies)
    items = "".join(f"<li>{escape(name)}</li>" for name in companies)
    return Mail(
        message_id=message_id(parcel_id, sender),
        sender=sender,
        to=(email,),
        subject=f"Your request for {product}",
        text=f"{opening}\n\n{listed}\n\n{closing}\n",
        html=f"<p>{escape(opening)}</p><ul>{items}</ul><p>{escape(closing).replace(chr(10), '<br>')}</p>",
        headers={DELIVERY_HEADER: str(parcel_id)},
    )
