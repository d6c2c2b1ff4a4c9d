"""The nouns of the audit log."""

from dataclasses import dataclass
from datetime import datetime

# Who changed something when nobody had signed in: whoever may run commands on the house's machine.
COMMAND_LINE = "command line"


@dataclass(frozen=True, slots=True)
class Note:
    """One change that was made: `by` an email or COMMAND_LINE, `action`, `what` as differences have them."""

    id: int
    at: datetime
    by: str
    action: str
    what: str
    path: str
    old: object
    new: object


@dataclass(frozen=True, slots=True)
class NoteFilters:
    """Which notes are meant; what is blank or None is not asked. `since` is included, `until` is not."""

    by: str = ""
    what: str = ""
    path: str = ""
    since: datetime | None = None
    until: datetime | None = None
