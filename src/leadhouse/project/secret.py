"""The key that signs sessions: generated once, kept in the data dir, readable by its owner alone."""

import os
import secrets
from pathlib import Path

FILE = "secret-key"


def secret_key(data_dir: Path) -> str:
    """Return the data dir's key, made at the first call; two processes calling at once agree on one."""
    path = data_dir / FILE
    if not path.exists():
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_once(path, secrets.token_urlsafe(50))
    return path.read_text("ascii").strip()


def _write_once(path: Path, key: str) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(key + "\n")
    try:
        # A link appears whole or not at all and never replaces another's key.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
