"""Who conflicts with whom, by one bitmap per company."""

from dataclasses import replace
from itertools import combinations

from leadhouse.allocate.matching.sellers import Sellers
from tests.allocate.allocate_markets import PRODUCT, campaign, company, market

EXCLUSIVE = replace(PRODUCT, carrier_exclusive=True)
COMPANIES = [
    company(1, carriers=frozenset({"north", "south"})),
    company(2, carriers=frozenset({"south"})),
    company(3, carriers=frozenset({"east"}), conflict_group="holding"),
    company(4, conflict_group="holding"),
    company(5),
    company(6, conflict_group="company-00005"),
]
CAMPAIGNS = [campaign(number) for number in range(1, 7)]


def test_companies_of_one_carrier_or_one_group_conflict_and_no_others() -> None:
    sellers = Sellers(market(CAMPAIGNS, COMPANIES, products=[EXCLUSIVE]))
    found = {one.id: sellers.of(one) for one in CAMPAIGNS}
    meeting = {
        (one, other) for one, other in combinations(found, 2) if found[one].conflicts & found[other].conflicts
    }
    assert meeting == {(1, 2), (3, 4)}
    assert found[5].conflicts == 0
    assert {number for number in found if found[number].group == found[4].group} == {3, 4}
    assert found[5].group != found[6].group


def test_where_carriers_share_a_lead_only_groups_conflict() -> None:
    sellers = Sellers(market(CAMPAIGNS, COMPANIES))
    assert {sellers.of(one).conflicts for one in CAMPAIGNS} == {0}
    assert sellers.of(CAMPAIGNS[2]).group == sellers.of(CAMPAIGNS[3]).group
