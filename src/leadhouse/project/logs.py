"""Log lines to standard error: one line an event, key=value, never anybody's personal data."""

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime

# What follows these in an address lets whoever knows it in.
_SECRET_LINK = re.compile(r"(/(?:password|post-to)/)[^\s\"]+")
_QUIET = ("django", "granian", "httpx", "httpcore", "asyncio", "aiosmtpd", "mail.log")


class LineFormatter(logging.Formatter):
    """One line a record. An exception shows its type and where it came from, not its message.

    Messages of database and parsing errors quote the values that caused them, and values here are people's.
    """

    def format(self, record: logging.LogRecord) -> str:
        at = (
            datetime.fromtimestamp(record.created, UTC)
            .isoformat(timespec="milliseconds")
            .replace("+00:00", "Z")
        )
        told = json.dumps(_SECRET_LINK.sub(r"\1…", record.getMessage()))
        line = f"{at} level={record.levelname.lower()} from={record.name} msg={told}"
        if record.exc_info and record.exc_info[1]:
            line += f" error={_name(record.exc_info[1])} at={json.dumps(_origin(record.exc_info[1]))}"
        return line


def configure_logs(level: int = logging.INFO) -> None:
    """Send this process's log to standard error: ours from `level` up, libraries' from warnings up."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # It tells every attempt to connect; an outage is told once, by whoever notices it.
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)


def _name(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")


def _origin(error: BaseException) -> str:
    """Return the calls that led to an error, innermost first."""
    frames = traceback.extract_tb(error.__traceback__)
    calls = [
        f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}" for frame in frames
    ]
    return " < ".join(reversed(calls))
