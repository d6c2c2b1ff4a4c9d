"""The stored market written as a market file: without keys and secrets, closed things left out."""

from collections.abc import Callable, Mapping
from typing import cast

import orjson
import yaml

from leadhouse.parties.documents import MarketFileDocument
from leadhouse.parties.entries import Config, EntryKind, Stored
from leadhouse.parties.leaves import ANY_SIZE, LARGEST_SIZE, SIZE_NAMES, size_of
from leadhouse.parties.market_file import Built, surroundings_of

# A mapping or list that fits on the rest of a line stands on it.
_FITS = 124
_HEAD = "# The market, as `leadhouse apply` reads it. Keys and secrets are left out: apply keeps them.\n"
_RULE_KEYS = ("combinator", "not", "rules", "field", "operator", "value", "missing")


def exported_tree(stored: Stored) -> Config:
    """Return the file whose application changes nothing, keys in the order of the documents."""
    tree: Config = {"market": stored.market or {}}
    for name, kind in (("products", EntryKind.PRODUCT), ("sources", EntryKind.SOURCE)):
        tree[name] = _open_configs(stored, kind)
    campaigns = [
        one for one in stored.entries.values() if one.kind is EntryKind.CAMPAIGN and not one.is_closed
    ]
    companies = _open_configs(stored, EntryKind.COMPANY)
    for company in companies:
        own = [one.config for one in campaigns if one.owner == company["key"]]
        company |= {"campaigns": own} if own else {}
    tree["companies"] = companies
    documents = MarketFileDocument.model_validate(tree, context=surroundings_of(tree, Built()))
    return cast(Config, _in_order(documents.model_dump(exclude_unset=True)))


def _open_configs(stored: Stored, kind: EntryKind) -> list[Config]:
    return [{**one.config} for one in stored.entries.values() if one.kind is kind and not one.is_closed]


def _in_order(value: object) -> object:
    """Put what the database reordered as people write it: sizes by number, rules as they are read."""
    if isinstance(value, list):
        return [_in_order(inner) for inner in value]
    if not isinstance(value, Mapping):
        return value
    keys = list(value)
    if keys and all(_is_size(key) for key in keys):
        keys.sort(key=lambda key: LARGEST_SIZE + 1 if key == ANY_SIZE else size_of(key))
    elif "rules" in value or "operator" in value:
        keys.sort(key=lambda key: _RULE_KEYS.index(key) if key in _RULE_KEYS else len(_RULE_KEYS))
    return {key: _in_order(value[key]) for key in keys}


def _is_size(key: str) -> bool:
    return key in (*SIZE_NAMES, ANY_SIZE) or (key.isascii() and key.isdecimal())


def to_yaml(tree: Config) -> str:
    """Write a market as YAML."""
    written: str = yaml.dump(
        tree, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=140, default_flow_style=False
    )
    return _HEAD + written


def to_json(tree: Config) -> str:
    """Write a market as JSON."""
    return orjson.dumps(tree, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


WRITERS: Mapping[str, Callable[[Config], str]] = {".yaml": to_yaml, ".yml": to_yaml, ".json": to_json}


class _Dumper(yaml.SafeDumper):
    """Writes small blocks on one line, and never an anchor."""

    def ignore_aliases(self, data: object) -> bool:
        return True

    def represent_node(self, data: object) -> yaml.Node:
        """Return the node of a mapping or list, on one line where it fits."""
        node: yaml.CollectionNode
        if isinstance(data, dict):
            node = self.represent_dict(data)
        else:
            node = self.represent_list(cast(list[object], data))
        node.flow_style = _is_small(data)
        return node


_Dumper.add_representer(dict, _Dumper.represent_node)
_Dumper.add_representer(list, _Dumper.represent_node)


def _is_small(value: object) -> bool:
    return len(orjson.dumps(value)) <= _FITS
