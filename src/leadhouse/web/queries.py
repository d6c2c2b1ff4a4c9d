"""The web's statements, one typed function each."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from leadhouse.store.run import execute, row, rows, value
from leadhouse.store.statements import Statements

SQL = Statements(__file__)


def take_try(subject: bytes, *, free: int, longest_seconds: int) -> int:
    """Count a try to sign in; return 0, or the seconds to wait when it was not let through.

    After `free` tries each must wait twice as long as the one before, at most `longest_seconds`.
    """
    params = {"subject": subject, "free": free, "longest": longest_seconds}
    return value(SQL["take_try"], params, int)


def forget_tries(subjects: Sequence[bytes]) -> None:
    """Forget the failures of these subjects: somebody has signed in."""
    execute(SQL["forget_tries"], {"subjects": list(subjects)})


def give_back_tries(subject: bytes) -> None:
    """Let whoever shares this subject go on: one of them has signed in."""
    execute(SQL["give_back_tries"], {"subject": subject})


class SavedList(NamedTuple):
    """A list of leads to come back to; `is_own` says whether the asker saved it, `by` who did."""

    id: int
    name: str
    address: str
    is_shared: bool
    is_own: bool
    by: str


def saved_lists(person_id: int, limit: int = 50) -> list[SavedList]:
    """Return a person's saved lists and those that others share."""
    return rows(SQL["saved_lists"], {"person_id": person_id, "limit": limit}, SavedList)


def save_list(person_id: int, name: str, address: str, *, is_shared: bool) -> None:
    """Save a list under a name, in the place of the person's former one of that name."""
    params = {"person_id": person_id, "name": name, "address": address, "is_shared": is_shared}
    execute(SQL["save_list"], params)


def forget_list(person_id: int, list_id: int) -> bool:
    """Remove one of a person's own lists; return whether there was one."""
    return execute(SQL["forget_list"], {"person_id": person_id, "id": list_id}) > 0


def count_leads_of(product_ids: Sequence[int], since: datetime) -> int:
    """Return how many leads of some products came in since an instant, test leads left out."""
    return value(SQL["count_leads_of"], {"product_ids": list(product_ids), "since": since}, int)


def newest_leads_of(product_ids: Sequence[int], since: datetime, limit: int) -> list[UUID]:
    """Return up to `limit` of the newest leads of some products since an instant, test leads left out."""
    params = {"product_ids": list(product_ids), "since": since, "limit": limit}
    return rows(SQL["newest_leads_of"], params, UUID)


class Said(NamedTuple):
    """A lead's class, and the channel on which it came."""

    lead_id: UUID
    classification: int | None
    channel: str


def said_of(lead_ids: Sequence[UUID]) -> dict[UUID, Said]:
    """Return what passports say of leads that rules can ask for."""
    return {one.lead_id: one for one in rows(SQL["said_of"], {"lead_ids": list(lead_ids)}, Said)}


def forget_notes(lead_ids: Sequence[UUID]) -> None:
    """Remove what companies' people wrote about leads whose person was erased."""
    execute(SQL["forget_notes"], {"lead_ids": list(lead_ids)})


def link_number(source_id: int) -> int:
    """Return how often a source's link to its instructions was taken back."""
    return row(SQL["link_number"], {"source_id": source_id}, int) or 0


def take_link_back(source_id: int) -> None:
    """Have another link lead to a source's instructions from now on."""
    execute(SQL["take_link_back"], {"source_id": source_id})


class RefusedPost(NamedTuple):
    """A post that was no lead at all, and what it was answered; `size` are the bytes it announced."""

    id: int
    at: datetime
    status: int
    code: str
    reason: str
    content_type: str
    size: int | None
    answer: bytes

    @property
    def answered(self) -> str:
        """Return the answer as text."""
        return self.answer.decode("utf-8", "replace")


def refused_posts(source_id: int, limit: int = 20) -> list[RefusedPost]:
    """Return the newest posts of a source that were no leads at all; 0: those under no source's key."""
    return rows(SQL["refused_posts"], {"source_id": source_id, "limit": limit}, RefusedPost)
