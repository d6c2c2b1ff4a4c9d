"""The statements of files of feedback in the portal, one typed function each; each runs inside a fence."""

from uuid import UUID

from leadhouse.feedback.bulk.types import Counts, File, FileRow
from leadhouse.store.statements import Statements
from leadhouse.web.portal.fence import Fence, fenced_rows

SQL = Statements(__file__)


def files(fence: Fence, limit: int) -> list[File]:
    """Return the company's newest files."""
    return fenced_rows(fence, SQL["files"], {"limit": limit}, File)


def file(fence: Fence, file_id: UUID) -> File | None:
    """Return one of the company's files; another company's is as if it were not there."""
    return next(iter(fenced_rows(fence, SQL["file"], {"file_id": file_id}, File)), None)


def counts(fence: Fence, file_id: UUID) -> Counts:
    """Return how many rows of a file stand where."""
    (found,) = fenced_rows(fence, SQL["counts"], {"file_id": file_id}, Counts)
    return found


def file_rows(fence: Fence, file_id: UUID, *, after: int, state: str, limit: int) -> list[FileRow]:
    """Return up to `limit` rows after one by its number; of one state, or of any when that is empty."""
    params: dict[str, object] = {"file_id": file_id, "after": after, "state": state, "limit": limit}
    return fenced_rows(fence, SQL["file_rows"], params, FileRow)
