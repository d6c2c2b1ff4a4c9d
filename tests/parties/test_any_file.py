"""Whatever a file holds, it is taken and compiles, or is refused with faults: nothing else happens."""

from contextlib import suppress

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from leadhouse.parties.compile import compile_market
from leadhouse.parties.faults import Fault, MarketFaults
from leadhouse.parties.market_file import read_market_file, read_market_text
from tests.parties.markets import EXAMPLES, Tree, small

JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["roofing", "US"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.just("key"), inner, max_size=3)
    ),
    max_leaves=6,
)


def rich() -> Tree:
    """Return a market with every block in it, as a file that was read."""
    tree = small()
    demo = read_market_file(EXAMPLES / "demo.yaml").model_dump(exclude_unset=True)
    chosen = [company for company in demo["companies"] if len(company["campaigns"]) > 3][:2]
    return {**tree, "products": demo["products"], "sources": demo["sources"][:2], "companies": chosen}


RICH = orjson.dumps(rich())


def places(tree: object, loc: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [loc, *(place for key, value in inner for place in places(value, (*loc, key)))]


PLACES = places(orjson.loads(RICH))[1:]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), JUNK), min_size=1, max_size=3))
def test_a_market_with_anything_anywhere_is_taken_or_refused(
    changes: list[tuple[tuple[object, ...], object]],
) -> None:
    tree = orjson.loads(RICH)
    for place, junk in changes:
        block = tree
        with suppress(KeyError, IndexError, TypeError):
            for part in place[:-1]:
                block = block[part]
            block[place[-1]] = junk
    try:
        text = orjson.dumps(tree).decode()
    except orjson.JSONEncodeError:
        return
    faults: tuple[Fault, ...] = ()
    try:
        file = read_market_text(text, suffix=".json")
    except MarketFaults as refusal:
        faults = refusal.faults
    else:
        compile_market(1, file.market, file.products, file.sources, file.companies)
    assert all("\n" not in str(fault) for fault in faults)


@settings(max_examples=300, deadline=None)
@given(st.text() | st.text(st.sampled_from("{}[]:,-&*!|>'\"#%@` \n\tab1?<"), max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for suffix in (".yaml", ".json"):
        with suppress(MarketFaults):
            read_market_text(text, suffix=suffix)
