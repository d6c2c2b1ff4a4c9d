"""The statements of feedback by file, one typed function each."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from leadhouse.feedback.bulk.decide import named_by
from leadhouse.feedback.bulk.types import FileRow, FileState, Known, RowState
from leadhouse.kit.ids import new_id
from leadhouse.store.run import execute, row, rows, value
from leadhouse.store.statements import Statements
from leadhouse.timeline.queries import WORK_CHANNEL

SQL = Statements(__file__)


def keep_file(found: Sequence[FileRow], company_id: int, *, name: str, by: str, silent: int) -> UUID:
    """Keep a file with its rows, to be confirmed; return its id."""
    file_id = new_id()
    params: dict[str, object] = {
        "id": file_id,
        "company_id": company_id,
        "name": name,
        "by": by,
        "silent": silent,
        "numbers": [one.number for one in found],
        "deliveries": [one.delivery for one in found],
        "assignment_ids": [one.assignment_id for one in found],
        "kinds": [one.kind for one in found],
        "reasons": [one.reason for one in found],
        "values": [one.value_minor for one in found],
        "states": [one.state.value for one in found],
        "codes": [one.code for one in found],
        "tolds": [one.told for one in found],
        "credits": [one.credit_minor for one in found],
    }
    execute(SQL["keep_file"], params)
    return file_id


def make_room(company_id: int, by: str, keep: int) -> int:
    """Remove a person's unconfirmed files and all but `keep` of the company's; return how many are left.

    Files under way stay, however many.
    """
    return value(SQL["make_room"], {"company_id": company_id, "by": by, "keep": keep}, int)


def known(found: Sequence[FileRow], company_id: int) -> dict[int, Known]:
    """Return what is known of the company's deliveries that readable rows name, by row."""
    asked = [(one.number, name, one.kind) for one in found if (name := named_by(one))]
    params = {
        "company_id": company_id,
        "numbers": [number for number, _, _ in asked],
        "named": [name for _, name, _ in asked],
        "kinds": [kind for _, _, kind in asked],
    }
    return {one.number: one for one in rows(SQL["known"], params, Known)}


def move_file(file_id: UUID, company_id: int, before: FileState, after: FileState) -> bool:
    """Bring a company's file from one state into another; return whether it was in the first one."""
    params = {
        "id": file_id,
        "company_id": company_id,
        "before": before.value,
        "state": after.value,
        "channel": WORK_CHANNEL,
    }
    return bool(rows(SQL["move_file"], params, bool))


class Turn(NamedTuple):
    """A row whose turn has come."""

    file_id: UUID
    company_id: int
    number: int
    delivery: str
    assignment_id: UUID | None
    kind: str
    reason: str | None
    value_minor: int | None

    @property
    def row(self) -> FileRow:
        """Return the row as it was proposed, worth nothing until it is heard."""
        return FileRow(*self[2:], RowState.READY)


def next_row() -> Turn | None:
    """Return the first row of the oldest file under way, kept until the transaction ends."""
    return row(SQL["next_row"], {}, Turn)


def close_row(file_id: UUID, said: FileRow) -> None:
    """Keep what came of a row."""
    params = {
        "file_id": file_id,
        "number": said.number,
        "state": said.state.value,
        "code": said.code,
        "told": said.told,
        "credit_minor": said.credit_minor,
    }
    execute(SQL["close_row"], params)


def close_files() -> int:
    """End the files under way that have no row left; return how many."""
    return execute(SQL["close_files"], {})


def forget_files(limit: int) -> int:
    """Remove up to so many files that were never confirmed or ended long ago; return how many."""
    return execute(SQL["forget_files"], {"limit": limit})
