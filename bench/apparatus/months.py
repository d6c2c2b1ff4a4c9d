"""Months that were played, each kept as soon as it is finished: a run broken off goes on where it was.

They are kept outside the checkout under a name that says by what code: another code's months are not looked
at, so that figures are never put together from several.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import msgspec

from bench.apparatus.house import CHECKOUT

# What decides how much a month earns: all of the house, how it is played, and the versions of its libraries.
_CODE = ("src/leadhouse", "bench")
_VERSIONS = "requirements/base.txt"


class Case(msgspec.Struct, frozen=True):
    """What one month earned under each policy and its bound, minor units; None where nobody worked it out."""

    seed: int
    tightness: float
    greedy: int
    paced: int
    bound: float | None


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where finished months of one code are kept."""

    folder: Path

    @classmethod
    def of_this_code(cls) -> "Shelf":
        """Return the shelf of the code as it is now."""
        digest = sha256()
        for path in _code():
            digest.update(path.read_bytes())
        return cls(Path(tempfile.gettempdir()) / "leadhouse-bench-revenue" / digest.hexdigest()[:16])

    def case(self, seed: int, tightness: float) -> Case | None:
        """Return a finished month."""
        path = self._path(seed, tightness)
        return msgspec.json.decode(path.read_bytes(), type=Case) if path.exists() else None

    def cases(self, seeds: Iterable[int], levels: Sequence[float]) -> list[Case]:
        """Return the finished months of these seeds and levels of tightness."""
        found = (self.case(seed, tightness) for seed in seeds for tightness in levels)
        return [one for one in found if one]

    def keep(self, case: Case) -> None:
        """Keep a finished month; all of it is there or nothing."""
        path = self._path(case.seed, case.tightness)
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        unfinished.write_bytes(msgspec.json.encode(case))
        unfinished.replace(path)

    def text(self, name: str, find: Callable[[], str]) -> str:
        """Return what was found under a name; it is looked for the first time only."""
        path = self.folder / f"{name}.txt"
        if not path.exists():
            found = find()
            self.folder.mkdir(parents=True, exist_ok=True)
            path.write_text(found, "utf-8")
        return path.read_text("utf-8")

    def _path(self, seed: int, tightness: float) -> Path:
        return self.folder / f"seed-{seed}-{tightness:.2f}.json"


def _code() -> Iterator[Path]:
    yield CHECKOUT / _VERSIONS
    for folder in _CODE:
        yield from sorted(
            path for path in (CHECKOUT / folder).rglob("*.py") if "migrations" not in path.parts
        )
