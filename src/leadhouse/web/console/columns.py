"""The columns of the list of leads: which there are, which are shown, what each says in a file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from leadhouse.kit.clock import iso
from leadhouse.kit.money import to_text
from leadhouse.kit.text import defuse_cell
from leadhouse.report.types import LeadRow, Sort
from leadhouse.web.console.words import CLASSIFICATIONS

_Value = str | int | datetime | bool | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `sorts` are the orders that its head switches between, `reads` its value for a file.

    `is_money` says that the value is in minor units, `means` explains a head that does not speak for itself.
    """

    key: str
    label: str
    reads: Callable[[LeadRow], _Value]
    sorts: tuple[Sort, ...] = ()
    is_money: bool = False
    means: str = ""

    @property
    def template(self) -> str:
        """Return what lays its cell out: the usual columns have cells of their own."""
        return f"web/cells/{self.key if self in USUAL else 'plain'}.html"

    def text(self, lead: LeadRow, currency: str) -> str:
        """Return what the column says of a lead."""
        value = self.reads(lead)
        if self.is_money and isinstance(value, int):
            return to_text(value, currency)
        if isinstance(value, datetime):
            return iso(value)
        return "" if value is None else str(value)

    def cell(self, lead: LeadRow, currency: str) -> str:
        """Return the same, harmless in a spreadsheet."""
        text = self.text(lead, currency)
        return text if self.is_money else defuse_cell(text)


_CLASSES = "How well the person can be reached: " + "; ".join(
    f"{number} {words}" for number, words in enumerate(CLASSIFICATIONS)
)
_REVENUE = "What buyers were charged for it, less what was credited."
_CONSUMER = "The number of the person: all leads of one person have it."
COLUMNS = (
    Column("person", "Person", lambda one: one.name),
    Column("received", "Received", lambda one: one.received_at, (Sort.NEWEST, Sort.OLDEST)),
    Column("source", "Source", lambda one: one.source_name),
    Column("place", "Place", lambda one: " ".join(filter(None, (one.city, one.state, one.postal_code)))),
    Column("status", "Status", lambda one: one.status.value),
    Column("class", "Class", lambda one: one.classification, means=_CLASSES),
    Column(
        "revenue", "Revenue", lambda one: one.revenue_minor, (Sort.REVENUE,), is_money=True, means=_REVENUE
    ),
    Column(
        "payout",
        "Payout",
        lambda one: one.payout_minor,
        is_money=True,
        means="What the source earns with it.",
    ),
    Column("margin", "Margin", lambda one: one.margin_minor, is_money=True, means="Revenue less payout."),
    Column("email", "Email", lambda one: one.email),
    Column("phone", "Phone", lambda one: one.phone),
    Column("consumer", "Consumer", lambda one: one.consumer, (Sort.CONSUMER,), means=_CONSUMER),
    Column("product", "Product", lambda one: one.product_name),
    Column("channel", "Channel", lambda one: one.channel),
    Column("reason", "Reason", lambda one: one.reason),
    Column("size", "Sale size", lambda one: one.sale_size),
    Column("id", "Lead id", lambda one: str(one.id)),
)
_BY_KEY = {one.key: one for one in COLUMNS}
USUAL = tuple(_BY_KEY[key] for key in ("person", "received", "source", "place", "status", "class", "revenue"))


def chosen(keys: Sequence[str]) -> tuple[Column, ...]:
    """Return the columns of these keys in their order, the person always; unknown ones are left out.

    Without any known key they are the usual ones.
    """
    wanted = {key for text in keys for key in text.split(",")} & _BY_KEY.keys()
    if not wanted:
        return USUAL
    return tuple(one for one in COLUMNS if one.key in wanted or one.key == "person")


def address_of(columns: Sequence[Column]) -> str:
    """Return how an address writes these columns; nothing for the usual ones."""
    return "" if tuple(columns) == USUAL else ",".join(one.key for one in columns)
