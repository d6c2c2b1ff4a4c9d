"""Equal values kept once: ten thousand campaigns say the same things again and again."""

from collections.abc import Callable, Hashable, Mapping
from hashlib import blake2b
from typing import TypeVar, cast

import orjson

from leadhouse.parties.fields import Catalogue
from leadhouse.rules import Rule, parse

T = TypeVar("T")
H = TypeVar("H", bound=Hashable)


class Sharing:
    """What has been made for one market so far, by what it was made from."""

    def __init__(self) -> None:
        self._made: dict[Hashable, object] = {}

    def same(self, value: H) -> H:
        """Return the first value equal to this one."""
        return cast(H, self._made.setdefault((type(value), value), value))

    def made(self, kind: str, document: object, make: Callable[[], T]) -> T:
        """Return what was made before from an equal document (plain JSON), else make it."""
        written = orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
        # A digest, for ten thousand documents as keys would weigh more than the market.
        key = (kind, blake2b(written, digest_size=16).digest())
        if key not in self._made:
            self._made[key] = make()
        return cast(T, self._made[key])

    def rule(self, tree: Mapping[str, object] | None, owner: str, fields: Catalogue) -> Rule | None:
        """Return the compiled rule of a tree, None for one that asks nothing; `owner` names the catalogue."""
        if not tree or (tree.get("rules") == [] and tree.get("combinator") == "and" and not tree.get("not")):
            return None
        return self.made(f"rule of {owner}", tree, lambda: parse(tree, fields))
