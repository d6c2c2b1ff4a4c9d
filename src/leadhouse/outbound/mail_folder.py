"""The mail server of a house that has none: each mail becomes one .eml file, whole or not at all."""

import os
import re
import secrets
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from leadhouse.outbound.types import MailReceipt, MailReply, Trouble, TroubleKind

_UNSAFE = re.compile(r"[^A-Za-z0-9@._-]|^\.")


def put(folder: Path, message_id: str, to: tuple[str, ...], message: bytes) -> MailReply:
    """Write the mail durably under its message id; the same id again leaves the first file as it is."""
    path = folder / f"{_UNSAFE.sub('_', message_id)[:200]}.eml"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_once(path, message)
    except OSError as error:
        return Trouble(TroubleKind.TRY_LATER, f"the mail could not be written to {folder}: {error.strerror}")
    return MailReceipt(accepted=to, reference=path.name)


def _write_once(path: Path, message: bytes) -> None:
    draft = path.with_name(f".{secrets.token_hex(8)}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(message)
            file.flush()
            os.fsync(file.fileno())
        # A link appears whole or not at all and never replaces an earlier file.
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove(folder: Path, names: Iterable[str]) -> None:
    """Remove mails by the names that their receipts gave; what is not a mail of this folder is left alone."""
    for name in names:
        if name.endswith(".eml") and not _UNSAFE.search(name):
            (folder / name).unlink(missing_ok=True)
