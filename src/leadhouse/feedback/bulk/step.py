"""Takes files of feedback in, and hears the rows of the confirmed ones, each in its own transaction."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from django.db import InterfaceError, OperationalError

from leadhouse.capture.files.csv_file import CsvFault
from leadhouse.feedback import decide as feedback
from leadhouse.feedback.bulk import queries
from leadhouse.feedback.bulk.decide import MOST_FILES, forecast, heard_before, is_silent, read_rows
from leadhouse.feedback.bulk.types import FAILED, FileRow, Posted, RowState
from leadhouse.feedback.hear import hear
from leadhouse.feedback.types import Fault
from leadhouse.kit.ids import new_id
from leadhouse.parties.current import market as current_market
from leadhouse.parties.types import Market
from leadhouse.store.run import patiently, transaction

log = logging.getLogger(__name__)

_FAILED = "It could not be taken; send this row again"


def propose(posted: Iterable[Posted], company_id: int, *, name: str, by: str, currency: str) -> UUID | None:
    """Look a file's rows over and keep them to be confirmed; None when no row says anything.

    The same person's unconfirmed files go, and the company's oldest; CsvFault when too many are under way.
    """
    every = [*posted]
    said = [one for one in every if not is_silent(one)]
    if not said:
        return None
    found = read_rows(said, currency)
    with transaction():
        if queries.make_room(company_id, by, MOST_FILES - 1) >= MOST_FILES:
            raise CsvFault(f"{MOST_FILES} files are under way: wait until one has ended, or stop one.")
        found = forecast(found, queries.known(found, company_id))
        return queries.keep_file(found, company_id, name=name, by=by, silent=len(every) - len(said))


def step(limit: int) -> int:
    """Hear up to `limit` rows of confirmed files; return how many had their turn."""
    market = current_market()
    done = 0
    while done < limit and patiently(lambda: _hear_one(market)):
        done += 1
    if done < limit:
        queries.close_files()
    return done


def _hear_one(market: Market) -> bool:
    with transaction():
        turn = queries.next_row()
        if turn is None:
            return False
        queries.close_row(turn.file_id, _heard(turn.row, turn.company_id, market))
    return True


def _heard(row: FileRow, company_id: int, market: Market) -> FileRow:
    """Return a row with what came of it; one that fails is told of and keeps no other from being heard."""
    response_id = new_id()
    try:
        with transaction():
            response = hear(row.given, company_id, market, response_id)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("row %d of a file of feedback failed", row.number)
        return replace(row, state=RowState.REFUSED, code=FAILED, told=_FAILED)
    if isinstance(response, Fault):
        return replace(row, state=RowState.REFUSED, code=response.code.value, told=response.reason)
    if response.id != response_id:
        return heard_before(row)
    if response.code is not None:
        told = feedback.answer(response, market.currency)["reason"]
        return replace(row, state=RowState.REFUSED, code=response.code.value, told=told)
    return replace(row, state=RowState.TAKEN, credit_minor=response.credit_minor)
