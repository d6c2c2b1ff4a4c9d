"""What is wrong in a market file, and where, in the words of the file."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Loc = tuple[str | int, ...]

_PLAIN_KEY = re.compile(r"[\w-]+(\[\d+\])*")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: where (keys and list positions from the top of the file), and what to do about it."""

    loc: Loc
    message: str

    @property
    def path(self) -> str:
        """Return the place in market-file form: `companies[3].campaigns[0].bids.duo`."""
        return path_of(self.loc)

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.loc else self.message


class MarketFaults(ValueError):  # noqa: N818 - the exception carries faults, it is not one error
    """A market file that cannot be applied, with every fault found in it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


def path_of(loc: Loc) -> str:
    """Write a place in market-file form; a key that could be misread stands in brackets and quotes."""
    path = ""
    for part in loc:
        if isinstance(part, int):
            path += f"[{part}]"
        elif _PLAIN_KEY.fullmatch(part):
            path += f".{part}" if path else part
        else:
            path += f'["{_short(part)}"]'
    return path


def in_file_order(faults: Iterable[Fault], tree: object) -> list[Fault]:
    """Return the faults, one for each place, in the order in which the file reads."""
    firsts: dict[Loc, Fault] = {}
    for fault in faults:
        firsts.setdefault(fault.loc, fault)
    return sorted(firsts.values(), key=lambda fault: _position(fault.loc, tree))


def _position(loc: Loc, tree: object) -> tuple[int, ...]:
    position = []
    for part in loc:
        if isinstance(tree, Mapping) and part in tree:
            position.append(list(tree).index(str(part)))
            tree = tree[part]
        elif isinstance(tree, Sequence) and isinstance(part, int) and part < len(tree):
            position.append(part)
            tree = tree[part]
        else:
            position.append(1_000_000)
            tree = None
    return tuple(position)


def _short(text: str) -> str:
    shown = "".join(letter if letter.isprintable() else "?" for letter in text)
    return shown if len(shown) <= 40 else f"{shown[:39]}…"
