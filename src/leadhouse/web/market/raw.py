"""What a form posted as one tree of texts: `caps.day.count=5` is {"caps": {"day": {"count": "5"}}}."""

from collections.abc import Iterable, Mapping

from django.http import QueryDict

Raw = dict[str, "Raw | str | list[str]"]
Value = Raw | str | list[str]
# A rule's groups may be nested 32 deep, two names each, inside a list inside a list.
DEEPEST = 80


def raw_of(posted: QueryDict) -> Raw:
    """Return the tree of all posted names but those that begin with `_` or are Django's own."""
    tree: Raw = {}
    for name, values in posted.lists():
        if name.startswith("_") or name == "csrfmiddlewaretoken":
            continue
        texts = [str(one).replace("\r\n", "\n") for one in values]
        put(tree, name, texts[0] if len(texts) == 1 and not name.endswith("[]") else texts)
    return tree


def put(tree: Raw, name: str, value: Value) -> None:
    """Put a value at a name's place, making the blocks on the way; what lies too deep is left out."""
    *way, last = name.removesuffix("[]").split(".")
    if len(way) > DEEPEST:
        return
    for part in way:
        inner = tree.get(part)
        if not isinstance(inner, dict):
            inner = tree[part] = {}
        tree = inner
    tree[last] = value


def block_at(tree: Raw, name: str) -> Raw:
    """Return the block at a name's place, made when it is not there."""
    for part in name.split("."):
        inner = tree.get(part)
        if not isinstance(inner, dict):
            inner = tree[part] = {}
        tree = inner
    return tree


def block(raw: object, key: str) -> Raw:
    """Return the block under a key, an empty one when there is none."""
    inner = raw.get(key) if isinstance(raw, Mapping) else None
    return inner if isinstance(inner, dict) else {}


def text(raw: object, key: str) -> str:
    """Return the text under a key, trimmed; empty when there is none."""
    inner = raw.get(key) if isinstance(raw, Mapping) else None
    return inner.strip() if isinstance(inner, str) else ""


def texts(raw: object, key: str) -> list[str]:
    """Return the texts under a key, one or many."""
    inner = raw.get(key) if isinstance(raw, Mapping) else None
    if isinstance(inner, list):
        return [one for one in inner if one]
    return [inner] if isinstance(inner, str) and inner else []


def rows(raw: object, key: str) -> list[Raw]:
    """Return the blocks of a list in their order."""
    numbered = sorted((int(name), one) for name, one in block(raw, key).items() if name.isdecimal())
    return [one for _, one in numbered if isinstance(one, dict)]


def numbered(listed: Iterable[Raw]) -> Raw:
    """Return a list as a form posts it: its places are names."""
    return {str(place): one for place, one in enumerate(listed)}


def acted(tree: Raw, action: str) -> str:
    """Do to the tree what a button asks: `add:deliver`, `remove:deliver.1`, `up:…`, `down:…`, `refresh:`.

    Returns the name of what should be looked at next, empty for nothing in particular.
    """
    verb, _, name = action.partition(":")
    if verb in ("add", "condition", "group"):
        return _added(tree, name, _FRESH[verb])
    owner, _, place = name.rpartition(".")
    if verb in ("remove", "up", "down") and owner and place.isdecimal():
        return _moved(tree, owner, int(place), verb)
    return ""


_FRESH: Mapping[str, Raw] = {
    "add": {},
    "condition": {"operator": "="},
    "group": {"combinator": "or", "rules": {"0": {"operator": "="}}},
}


def _added(tree: Raw, name: str, fresh: Raw) -> str:
    listed = rows(tree, name) if "." not in name else _rows_at(tree, name)
    _set_rows(tree, name, [*listed, {**fresh}])
    return f"{name}.{len(listed)}"


def _moved(tree: Raw, owner: str, place: int, verb: str) -> str:
    listed = _rows_at(tree, owner)
    if place >= len(listed):
        return ""
    if verb == "remove":
        del listed[place]
        _set_rows(tree, owner, listed)
        return f"{owner}.{min(place, len(listed) - 1)}" if listed else owner
    other = place + (1 if verb == "down" else -1)
    if not 0 <= other < len(listed):
        return f"{owner}.{place}"
    listed[place], listed[other] = listed[other], listed[place]
    _set_rows(tree, owner, listed)
    return f"{owner}.{other}"


def _rows_at(tree: Raw, name: str) -> list[Raw]:
    way, _, last = name.rpartition(".")
    return rows(block_at(tree, way) if way else tree, last)


def _set_rows(tree: Raw, name: str, listed: list[Raw]) -> None:
    put(tree, name, numbered(listed))
