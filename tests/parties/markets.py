"""Markets for the tests of parties: the smallest one as a tree to be changed, and the documents of a tree."""

from copy import deepcopy
from pathlib import Path

import orjson

from leadhouse.parties.documents import MarketFileDocument
from leadhouse.parties.faults import MarketFaults
from leadhouse.parties.market_file import read_market_text

EXAMPLES = Path(__file__).parents[2] / "examples" / "markets"

Tree = dict[str, object]

_SMALL: Tree = {
    "market": {"name": "Small", "timezone": "America/Denver", "currency": "USD"},
    "products": [
        {
            "key": "roofing",
            "fields": [{"key": "roof_type", "type": "choice", "choices": ["shingle", "metal"]}],
            "floor": "5.00",
        }
    ],
    "sources": [{"key": "site", "product": "roofing", "api_key": "site-key"}],
    "companies": [
        {
            "key": "acme",
            "api_key": "acme-key",
            "wallet": {"mode": "credit", "limit": "500.00"},
            "locations": [{"name": "Rawlins", "postal_code": "82301"}],
            "campaigns": [{"key": "acme-west", "product": "roofing", "bids": {"duo": "35.00"}}],
        },
        {
            "key": "zenith",
            "api_key": "zenith-key",
            "wallet": {"mode": "prepaid", "balance": "120.50"},
            "campaigns": [{"key": "zenith-all", "product": "roofing", "bids": {"exclusive": "60.00"}}],
        },
    ],
}


def small() -> Tree:
    """Return a fresh small market: one product, one source, two companies of one campaign each."""
    return deepcopy(_SMALL)


def at(tree: object, *loc: str | int) -> dict[str, object]:
    """Return the block at a place of a tree, to be changed."""
    for part in loc:
        tree = tree[part]  # type: ignore[index]
    assert isinstance(tree, dict)
    return tree


def documents(tree: Tree) -> MarketFileDocument:
    """Return the documents of a tree, by the road of a JSON file."""
    return read_market_text(orjson.dumps(tree).decode(), suffix=".json")


def faults(tree: Tree) -> list[str]:
    """Return the faults of a tree as people read them."""
    try:
        documents(tree)
    except MarketFaults as refusal:
        return [str(fault) for fault in refusal.faults]
    return []
