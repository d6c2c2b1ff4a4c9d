"""How a product distributes its leads, in the market file: methods, groups, and a bid for any size."""

import json

import pytest

from leadhouse.parties import queries
from leadhouse.parties.apply import Applied, apply
from leadhouse.parties.compile import compile_market
from leadhouse.parties.export import exported_tree, to_json, to_yaml
from leadhouse.parties.faults import MarketFaults
from leadhouse.parties.loading import load_market
from leadhouse.parties.market_file import read_market_text
from leadhouse.parties.types import Distribution, Market
from tests.parties.markets import Tree, at, documents, small

CAMPAIGN = ("companies", 0, "campaigns", 0)


def compiled(tree: Tree) -> Market:
    file = documents(tree)
    return compile_market(1, file.market, file.products, file.sources, file.companies)


def faults(tree: Tree) -> list[str]:
    with pytest.raises(MarketFaults) as refusal:
        read_market_text(json.dumps(tree), suffix=".json")
    return [str(fault) for fault in refusal.value.faults]


def grouped() -> Tree:
    tree = small()
    at(tree, "products", 0)["groups"] = [
        {"key": "west", "distribution": "weighted"},
        {"key": "east"},
    ]
    at(tree, *CAMPAIGN)["group"] = "west"
    return tree


@pytest.mark.parametrize("method", list(Distribution))
def test_every_method_may_be_a_products(method: Distribution) -> None:
    tree = small()
    at(tree, "products", 0)["distribution"] = method.value
    assert compiled(tree).products["roofing"].distribution is method


def test_a_distribution_centre_sells_to_three_to_five_unless_told() -> None:
    tree = small()
    product = at(tree, "products", 0)
    product["distribution"] = "distribution_centre"
    assert compiled(tree).products["roofing"].sale_sizes == (3, 4, 5)
    product["sale_sizes"] = [4, 2]
    assert compiled(tree).products["roofing"].sale_sizes == (2, 4)


def test_a_group_takes_turns_unless_told_and_campaigns_name_theirs() -> None:
    market = compiled(grouped())
    assert market.products["roofing"].groups == {
        "west": Distribution.WEIGHTED,
        "east": Distribution.ROUND_ROBIN,
    }
    assert [one.group for one in market.campaigns.values()] == ["west", None]


def test_a_bid_for_any_size_is_for_those_without_one_of_their_own() -> None:
    tree = small()
    at(tree, *CAMPAIGN)["bids"] = {"any": "5.00", "duo": "35.00", "100": "1.00"}
    bids = compiled(tree).campaigns[1].bids
    assert (bids[1], bids[2], bids[7], bids[99], bids[100]) == (500, 3_500, 500, 500, 100)
    assert list(bids) == list(range(1, 101))


ONLY_BEST = "products[0].groups: only a product distributed by best_revenue has groups"
TAKEN = 'products[0].groups[1].key: "west" is the key of another group already'
NO_TURNS = (
    'products[0].groups[1].distribution: cannot be "best_revenue": '
    "use round_robin, weighted, priority or territory"
)
NOT_PACED = (
    "products[0].pacing: only a product distributed by best_revenue, without groups, is paced: leave it out"
)
UNKNOWN = 'companies[0].campaigns[0].group: "wets" is not a group of product "roofing": did you mean "west"?'


@pytest.mark.parametrize(
    ("place", "key", "written", "fault"),
    [
        (("products", 0), "distribution", "weighted", ONLY_BEST),
        (("products", 0, "groups", 1), "key", "west", TAKEN),
        (("products", 0, "groups", 1), "distribution", "best_revenue", NO_TURNS),
        (CAMPAIGN, "group", "wets", UNKNOWN),
        (("products", 0), "pacing", "shadow", NOT_PACED),
    ],
)
def test_what_does_not_fit_is_told(
    place: tuple[str | int, ...], key: str, written: object, fault: str
) -> None:
    tree = grouped()
    at(tree, *place)[key] = written
    assert faults(tree) == [fault]


@pytest.mark.django_db
def test_groups_and_bids_for_any_size_come_back_as_they_were_written() -> None:
    tree = grouped()
    at(tree, *CAMPAIGN)["bids"] = {"exclusive": "60.00", "12": "2.00", "any": "5.00"}
    apply(documents(tree))
    exported = exported_tree(queries.load_stored())
    assert at(exported, "products", 0)["groups"] == at(tree, "products", 0)["groups"]
    assert list(at(exported, *CAMPAIGN, "bids")) == ["exclusive", "12", "any"]
    assert apply(read_market_text(to_yaml(exported))) == Applied(())
    assert apply(read_market_text(to_json(exported), suffix=".json")) == Applied(())
    assert {one.key: one.group for one in load_market().campaigns.values()} == {
        "acme-west": "west",
        "zenith-all": None,
    }
