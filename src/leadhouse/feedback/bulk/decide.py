"""What each row of a file of feedback says, and what would come of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from leadhouse.feedback import decide
from leadhouse.feedback.bulk.types import TWICE, UNREADABLE, FileRow, Known, Posted, RowState
from leadhouse.feedback.types import Code, Fault, Given, Kind

COLUMNS = ("delivery", "lead", "type", "reason", "value")
MOST_ROWS = 20_000
# What a company keeps, and is shown.
MOST_FILES = 20
# What a row names its delivery by while nobody has looked which one that is.
_NOBODY = UUID(int=0)

_HEARD = "This was heard before; what was heard first stands"
_OPEN = "This delivery has not been answered yet; send the row again once it has"
_REFUSED = "This delivery was never accepted, so nothing was charged for it"
_CLOSED = "The rejection window of this delivery is over; you can ask to return it"


def missing_columns(header: Sequence[str]) -> str:
    """Return what a file's header lacks, in words; empty when it has all that is needed."""
    names = {one.strip().lower() for one in header}
    if "type" not in names:
        return "There is no column “type”: it says rejection, return or conversion."
    if not names & {"delivery", "lead"}:
        return "There is no column “delivery”: it names what a row is about, as in the export of your leads."
    return ""


def is_silent(posted: Posted) -> bool:
    """Return whether a row says nothing about its delivery, as most of an exported list will."""
    said = (posted.values.get(name, "").strip() for name in ("type", "reason", "value"))
    return not posted.problem and not any(said)


def read_rows(posted: Iterable[Posted], currency: str) -> list[FileRow]:
    """Return the rows as feedback, those left out that cannot be read."""
    return [_read(one, currency) for one in posted]


def _read(posted: Posted, currency: str) -> FileRow:
    named = {name: posted.values.get(name, "").strip() for name in COLUMNS}
    delivery = (named["delivery"] or named["lead"])[:100]
    row = FileRow(posted.number, delivery, None, named["type"].lower()[:20], None, None, RowState.LEFT_OUT)
    if posted.problem:
        return _left_out(row, UNREADABLE, posted.problem)
    about = {**named, "delivery": str(_NOBODY) if delivery else ""}
    given = decide.read(about, currency)
    if isinstance(given, Given) and _id(delivery) is None:
        given = decide.unknown_delivery()
    if isinstance(given, Fault):
        return _left_out(row, given.code.value, given.reason)
    return replace(
        row,
        kind=given.kind.value,
        reason=given.reason and given.reason.value,
        value_minor=given.value_minor,
        state=RowState.READY,
    )


def named_by(row: FileRow) -> UUID | None:
    """Return the id by which a row that can be read names its delivery or lead."""
    return _id(row.delivery) if row.state is RowState.READY else None


def forecast(rows: Iterable[FileRow], known: Mapping[int, Known]) -> list[FileRow]:
    """Return the rows with what would come of them now; `known` deliveries are the company's, by row.

    A row that says a thing once more is left out, by whichever name it calls the delivery.
    """
    found = [_forecast(one, known.get(one.number)) if one.state is RowState.READY else one for one in rows]
    first: dict[tuple[UUID | None, str], int] = {}
    for one in found:
        if one.state is RowState.READY:
            first.setdefault((one.assignment_id, one.kind), one.number)
    return [
        replace(_left_out(one, TWICE, f"Row {earlier} says this already"), credit_minor=0)
        if one.state is RowState.READY and (earlier := first[one.assignment_id, one.kind]) != one.number
        else one
        for one in found
    ]


def heard_before(row: FileRow) -> FileRow:
    """Return a row whose turn came when its delivery had had feedback of its type."""
    return replace(row, state=RowState.REFUSED, code=Code.ALREADY_HEARD.value, told=_HEARD)


def _forecast(row: FileRow, known: Known | None) -> FileRow:
    if known is None:
        unknown = decide.unknown_delivery()
        return _left_out(row, unknown.code.value, unknown.reason)
    row = replace(row, assignment_id=known.assignment_id)
    if known.status in ("held", "delivering"):
        return _left_out(row, Code.NOT_DELIVERED_YET.value, _OPEN)
    if known.status != "accepted":
        return _left_out(row, Code.NOT_DELIVERED.value, _REFUSED)
    if known.is_heard:
        return _left_out(row, Code.ALREADY_HEARD.value, _HEARD)
    judged = decide.judge(Kind(row.kind), is_in_window=known.is_in_window, price_minor=known.price_minor)
    if judged.code is not None:
        return _left_out(row, judged.code.value, _CLOSED)
    return replace(row, credit_minor=0 if known.is_credited else judged.credit_minor)


def _left_out(row: FileRow, code: str, told: str) -> FileRow:
    return replace(row, state=RowState.LEFT_OUT, code=code, told=told)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
