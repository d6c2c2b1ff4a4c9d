"""As whom the embedded PostgreSQL runs: it refuses to be root, and we neither add users nor open folders."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

NOBODY = 65534
_NAMESPACE = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")


@dataclass(frozen=True, slots=True)
class Identity:
    """What goes before a command, and to whom it drops; None means as we are."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    def give(self, path: Path) -> None:
        """Make a path of ours theirs."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def spawn(self, command: list[str], output: int) -> subprocess.Popen[bytes]:
        """Start a program as this identity, in a session of its own, so that Ctrl-C does not reach it."""
        return subprocess.Popen(
            [*self.prefix, *command],
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
            umask=0o077,
            cwd="/",
            # Nothing of the caller's (PGDATA, PGOPTIONS, LC_ALL …) changes what PostgreSQL does.
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def identify(folder: Path) -> Identity:
    """Decide as whom to run the server of a data folder, there or not.

    An ordinary user: as oneself. Root: as the folder's owner; else in a user namespace of its own, where
    files stay root's; else, where that is forbidden, as nobody.
    """
    if os.geteuid() != 0:
        return Identity()
    owner = folder.stat() if folder.exists() else None
    if owner and owner.st_uid != 0:
        return Identity(uid=owner.st_uid, gid=owner.st_gid)
    if _namespace_is_allowed():
        return Identity(prefix=_NAMESPACE)
    nobody = Identity(uid=NOBODY, gid=NOBODY)
    if owner:
        _give_away(folder, nobody)
    return nobody


def _namespace_is_allowed() -> bool:
    try:
        return (
            subprocess.run([*_NAMESPACE, "true"], capture_output=True, check=False, timeout=10).returncode
            == 0
        )
    except (OSError, subprocess.TimeoutExpired):
        return False


def _give_away(folder: Path, identity: Identity) -> None:
    """Hand over a data folder that was made where user namespaces were still allowed."""
    for place, _, files in os.walk(folder):
        for path in (Path(place), *(Path(place, file) for file in files)):
            identity.give(path)
