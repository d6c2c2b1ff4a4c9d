"""The one way in which a single entry of the market is changed: previewed, checked, applied like a file."""

from leadhouse.parties import queries
from leadhouse.parties.apply import Applied, make_equal, plan
from leadhouse.parties.differences import Difference
from leadhouse.parties.edits import Edit, edited_file
from leadhouse.parties.entries import EntryKind, Stored
from leadhouse.store.run import allow_thinking, transaction


def about(kind: EntryKind | None, key: str, owner: str | None = None) -> Stored:
    """Return what is stored of an entry and of all that it names or that names it."""
    if kind is None:
        return queries.load_stored()
    companies = [owner] if owner else [key] if kind is EntryKind.COMPANY else []
    return queries.load_about(kind, key, companies)


def preview(edit: Edit) -> list[Difference]:
    """Return what saving the edit would change; raise EditFaults or EditedMeanwhile."""
    stored = about(edit.kind, edit.key, edit.owner)
    return plan(edited_file(edit, stored), stored)


def apply_edit(edit: Edit, *, by: str) -> Applied:
    """Apply the edit in one transaction, noted in the audit log as made `by` somebody.

    Every lead received after it returns meets the new market. Raises EditFaults or EditedMeanwhile.
    """
    with transaction():
        queries.lock_market()
        allow_thinking()
        stored = about(edit.kind, edit.key, edit.owner)
        return make_equal(edited_file(edit, stored), stored, by=by)
