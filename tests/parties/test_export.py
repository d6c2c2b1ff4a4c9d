"""What is exported can be applied again and changes nothing; keys and secrets stay at home."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadhouse.parties import queries
from leadhouse.parties.apply import Applied, apply
from leadhouse.parties.export import exported_tree, to_json, to_yaml
from leadhouse.parties.loading import load_market
from leadhouse.parties.market_file import read_market_file, read_market_text
from leadhouse.store.run import transaction
from tests.parties.markets import EXAMPLES, Tree, at, documents, small

pytestmark = pytest.mark.django_db


def assert_nothing_changes() -> None:
    tree = exported_tree(queries.load_stored())
    revision = queries.revision()
    assert apply(read_market_text(to_yaml(tree))) == Applied(())
    assert apply(read_market_text(to_json(tree), suffix=".json")) == Applied(())
    assert queries.revision() == revision


@pytest.mark.parametrize("name", ["demo.yaml", "minimal.yaml"])
def test_an_example_exported_and_applied_changes_nothing(name: str) -> None:
    apply(read_market_file(EXAMPLES / name))
    assert_nothing_changes()


def test_an_example_comes_back_as_it_was_written() -> None:
    file = read_market_file(EXAMPLES / "demo.yaml")
    apply(file)
    hidden = {"sources": {"__all__": {"api_key"}}, "companies": {"__all__": {"api_key"}}}
    assert exported_tree(queries.load_stored()) == file.model_dump(exclude_unset=True, exclude=hidden)


def test_keys_and_secrets_are_left_out_and_kept() -> None:
    tree = small()
    at(tree, "sources", 0)["notify"] = {"url": "https://site.example", "secret": "sign-notices"}
    at(tree, "companies", 0, "campaigns", 0)["deliver"] = [
        {
            "method": "http",
            "url": "https://b.example",
            "secret": "sign-parcels",
            "headers": {"X-Key": "pass-word"},
        }
    ]
    ping = {"url": "https://b.example", "secret": "sign-pings", "headers": {"X-Key": "ping-word"}}
    at(tree, "companies", 1, "campaigns", 0).update({"bid": {"ping": ping}, "bids": {}})
    apply(documents(tree))
    text = to_yaml(exported_tree(queries.load_stored()))
    hidden = (
        "site-key",
        "acme-key",
        "zenith-key",
        "sign-notices",
        "sign-parcels",
        "pass-word",
        "sign-pings",
        "ping-word",
    )
    assert [word for word in hidden if word in text] == []
    assert_nothing_changes()
    market = load_market()
    assert market.sources["site"].notify is not None
    kept = [one.ping for one in market.campaigns.values() if one.ping]
    assert [(one.secret, one.headers) for one in kept] == [("sign-pings", {"X-Key": "ping-word"})]


def test_closed_things_are_left_out() -> None:
    apply(documents(small()))
    tree = small()
    del tree["companies"][1]  # type: ignore[attr-defined]
    apply(documents(tree))
    companies = exported_tree(queries.load_stored())["companies"]
    assert [company["key"] for company in companies] == ["acme"]  # type: ignore[attr-defined]
    assert_nothing_changes()


def test_an_empty_market_is_exported_too() -> None:
    assert exported_tree(queries.load_stored()) == {
        "market": {},
        "products": [],
        "sources": [],
        "companies": [],
    }


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
MONEY = st.decimals(0, 9_999, places=2).map(str)
BIDS = st.dictionaries(st.sampled_from(["exclusive", "duo", "3", "quad"]), MONEY, max_size=4)
RANGES = st.lists(st.sampled_from(["08:00-12:00", "13:00-24:00", "22:00-06:00"]), max_size=2)
HOURS = st.dictionaries(st.sampled_from(["mon", "wed", "sun"]), RANGES, max_size=3)
AREAS = st.fixed_dictionaries(
    {},
    optional={
        "states": st.lists(st.sampled_from(["WY", "Colorado", "ut"]), max_size=2),
        "counties": st.lists(st.sampled_from(["Carbon, WY", "Orleans Parish, LA"]), max_size=2),
        "zips": st.lists(st.sampled_from(["82301", "823*", "00901"]), max_size=3),
        "countries": st.lists(st.sampled_from(["US", "NO"]), max_size=2),
        "radius": st.fixed_dictionaries({"miles": st.floats(0.1, 500)}, optional={}).map(
            lambda radius: {**radius, "location": "Rawlins"}
        ),
    },
)
VALUES = st.one_of(NAMES.filter(str.strip), st.booleans().map(str))
RULES = st.fixed_dictionaries(
    {
        "combinator": st.sampled_from(["and", "or"]),
        "rules": st.lists(
            st.fixed_dictionaries(
                {"field": st.just("extra.x"), "operator": st.sampled_from(["=", "!="]), "value": VALUES}
            ),
            min_size=1,
            max_size=3,
        ),
    }
)
DELIVERIES = st.lists(
    st.one_of(
        st.just({"method": "portal"}),
        st.fixed_dictionaries(
            {
                "method": st.just("email"),
                "to": st.just(["a@b.example"]),
                "subject": NAMES.filter(lambda text: "{" not in text),
            }
        ),
        st.fixed_dictionaries(
            {"method": st.just("http"), "url": st.just("https://b.example/x?y=1")},
            optional={
                "map": st.dictionaries(NAMES, NAMES.filter(lambda text: "{" not in text), max_size=3),
                "timeout_ms": st.integers(100, 999),
            },
        ),
    ),
    min_size=1,
    max_size=3,
)
CAMPAIGNS = st.fixed_dictionaries(
    {"product": st.just("roofing"), "bids": BIDS},
    optional={
        "name": NAMES,
        "where": AREAS,
        "criteria": RULES,
        "schedule": HOURS,
        "deliver": DELIVERIES,
        "classifications": st.lists(st.integers(0, 7), max_size=3),
        "caps": st.fixed_dictionaries(
            {},
            optional={
                "day": st.fixed_dictionaries({}, optional={"count": st.integers(0, 9), "money": MONEY})
            },
        ),
        "rejection_window_hours": st.integers(0, 100) | st.floats(0, 100),
    },
)


@st.composite
def markets(draw: st.DrawFn) -> Tree:
    """Return a small market with campaigns of every kind in it."""
    tree = small()
    at(tree, "market")["name"] = draw(NAMES)
    campaigns = draw(st.lists(CAMPAIGNS, max_size=3))
    at(tree, "companies", 0)["campaigns"] = [
        {"key": f"campaign-{number}", **campaign} for number, campaign in enumerate(campaigns)
    ]
    at(tree, "companies", 0)["name"] = draw(NAMES)
    at(tree, "companies", 1)["hours"] = draw(HOURS)
    return tree


class _Undo(Exception):  # noqa: N818 - it undoes, it tells of no error
    pass


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(markets())
def test_any_market_exported_and_applied_changes_nothing(tree: Tree) -> None:
    with suppress(_Undo), transaction():
        apply(documents(tree))
        assert_nothing_changes()
        load_market()
        raise _Undo
