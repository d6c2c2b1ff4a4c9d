"""What a stage hands to the post office, and what it gets back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

MAX_RESPONSE_BYTES = 262_144


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request; `timeout_seconds` covers it from the look-up to the answer's last byte.

    `at_once` is how many requests of this kind the host gets side by side, so that a slow one leaves the
    others their connections.
    `is_kept`: the connection may have served before and may serve again. Only for what may be asked twice:
    one that died meanwhile shows it only after the request has left, which is then sent once more.
    `is_guarded` False is for services that the environment names, never for a URL of a market file.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    timeout_seconds: float = 10.0
    max_response_bytes: int = MAX_RESPONSE_BYTES
    is_guarded: bool = True
    at_once: int = 8
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class Response:
    """An answer read to its end; header names are lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail; `message_id` (without angle brackets) stays the same in every attempt."""

    message_id: str
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class MailReceipt:
    """The mail server took the mail for `accepted`; `refused` recipients carry the server's words.

    `reference` is the server's last answer, or the file the mail was written to.
    """

    accepted: tuple[str, ...]
    refused: Mapping[str, str] = field(default_factory=dict)
    reference: str = ""


class TroubleKind(StrEnum):
    """Why there is no answer; what it means for the parcel is `Trouble.may_have_arrived`."""

    UNSENDABLE = "unsendable"
    BLOCKED = "blocked"
    NOT_CONNECTED = "not_connected"
    TRY_LATER = "try_later"
    REFUSED = "refused"
    TIME_OUT = "time_out"
    RESET = "reset"
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"


AMBIGUOUS = frozenset(
    {TroubleKind.TIME_OUT, TroubleKind.RESET, TroubleKind.TOO_LARGE, TroubleKind.UNREADABLE}
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """No answer. `detail` is for people: it names hosts and addresses, never a body or a query.

    unsendable: the URL or the mail is malformed; nothing was sent and nothing will change that.
    blocked: the address guard refused the target; nothing was sent.
    not_connected: look-up, connection or TLS failed, or no byte had left; nothing arrived.
    try_later, refused: mail only; the server said 4xx or 5xx to it before taking it.
    time_out, reset, too_large, unreadable: bytes had left; it may have arrived.
    """

    kind: TroubleKind
    detail: str

    @property
    def may_have_arrived(self) -> bool:
        return self.kind in AMBIGUOUS


Reply = Response | Trouble
MailReply = MailReceipt | Trouble
