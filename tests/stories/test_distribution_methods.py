"""Every method of distribution over real HTTP, with two workers: who gets which leads, and why it says so."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.running_house import House, Json, house, person
from tests.stories.story_market import SOURCE_KEY, company, http, market

EXCLUSIVE = {"exclusive": "20.00"}
ACCEPT = {"path": "status", "equals": "ok"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("home"), LEADHOUSE_WORKERS="2") as running:
        yield running


def sold(home: House, numbers: range, **given: object) -> list[Json]:
    """Post so many people's leads, eight at a time; return the leads as they ended."""

    def post(number: int) -> str:
        lead = {key: one for key, one in person(number, **given).items() if one is not None}
        return str(home.post(SOURCE_KEY, lead).json()["lead"]["id"])

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(post, numbers))
    return [home.settled(one, 30) for one in ids]


def had(leads: list[Json]) -> Counter[str]:
    """Return how many of the leads each company accepted."""
    return Counter(
        one["company"] for lead in leads for one in lead["assignments"] if one["status"] == "accepted"
    )


def firms(count: int, bids: Json, **campaign: object) -> list[Json]:
    return [
        company(f"firm{number}", bids, wallet={"mode": "credit", "limit": "100000.00"}, campaign=campaign)
        for number in range(count)
    ]


def install(home: House, *companies: Json, distribution: str, **product: object) -> None:
    given = {"distribution": distribution, "sale_sizes": [1], **product}
    home.apply(market(*companies, product={key: one for key, one in given.items() if one is not None}))


@pytest.mark.req("A004-2", "R004-05", "R004-04")
def test_four_in_turn_over_a_hundred_leads_have_25_each_also_after_a_restart(home: House) -> None:
    install(home, *firms(4, EXCLUSIVE), distribution="round_robin")
    # 42 is no round number of turns: those after the restart must go on where these ended.
    leads = sold(home, range(42))
    home.stop()
    home.start()
    leads += sold(home, range(42, 100))
    assert had(leads) == {f"firm{number}": 25 for number in range(4)}


@pytest.mark.req("R004-04")
def test_shares_follow_the_weights_and_go_to_the_others_when_one_has_its_fill(home: House) -> None:
    install(
        home,
        company("half", EXCLUSIVE, campaign={"weight": 5, "caps": {"day": {"count": 30}}}),
        company("third", EXCLUSIVE, campaign={"weight": 3}),
        company("fifth", EXCLUSIVE, campaign={"weight": 2}),
        distribution="weighted",
    )
    assert had(sold(home, range(100, 140))) == {"half": 20, "third": 12, "fifth": 8}
    # Ten more for the first, then 30 leads for the two others, three to two.
    assert had(sold(home, range(140, 190))) == {"half": 10, "third": 6 + 18, "fifth": 4 + 12}


@pytest.mark.req("R004-04", "R000-52")
def test_by_priority_the_first_has_all_until_its_fill_and_equals_take_turns(home: House) -> None:
    first = company("first", EXCLUSIVE, campaign={"priority": 9, "caps": {"day": {"count": 5}}})
    poor = company("poor", {"exclusive": "999.00"}, campaign={"priority": -1})
    install(home, first, *firms(2, EXCLUSIVE, priority=3), poor, distribution="priority")
    leads = sold(home, range(200, 211))
    assert had(leads) == {"first": 5, "firm0": 3, "firm1": 3}
    told = home.run("lead", leads[-1]["id"])
    assert told.returncode == 0, told.stderr
    assert "Decision 1, priority: sold" in told.stdout
    assert "priority -1, has had no turn yet" in told.stdout
    (allocated,) = [one for one in home.events(leads[-1]["id"]) if one["step"] == "allocate"]
    assert allocated["data"]["distribution"] == "priority"
    assert allocated["data"]["line"]


@pytest.mark.req("R004-04", "R000-52")
def test_a_place_goes_to_whose_territory_it_is_and_to_nobody_else(home: House) -> None:
    install(
        home,
        company("state", {"exclusive": "90.00"}, campaign={"where": {"states": ["WY"]}}),
        company("county", {"exclusive": "50.00"}, campaign={"where": {"counties": ["Carbon, WY"]}}),
        company("town", EXCLUSIVE, campaign={"where": {"zips": ["82301"]}, "caps": {"day": {"count": 2}}}),
        distribution="territory",
    )
    in_town = sold(home, range(220, 223))
    assert had(in_town) == {"town": 2}
    assert had(sold(home, range(230, 232), postal_code="82331", city="Saratoga")) == {"county": 2}
    assert had(sold(home, range(240, 242), postal_code="82001", city="Cheyenne")) == {"state": 2}
    unsold = next(one for one in in_town if one["status"] == "unsold")
    (allocated,) = [one for one in home.events(unsold["id"]) if one["step"] == "allocate"]
    refusals = allocated["data"]["refusals"]
    assert (refusals["cap"], refusals["other_territory"]) == (1, 2)


@pytest.mark.req("A004-3", "R004-08")
def test_send_to_all_reaches_all_that_want_the_lead_up_to_the_limit(home: House) -> None:
    willing = firms(7, {"any": "6.00"})
    unwilling = company("picky", {"any": "9.00"}, campaign={"where": {"states": ["CO"]}})
    for limit, expected in ((20, 7), (5, 5)):
        sizes = list(range(1, limit + 1))
        install(home, *willing, unwilling, distribution="send_to_all", sale_sizes=sizes)
        (lead,) = sold(home, range(250 + limit, 251 + limit), max_contact_requests=None)
        assert (lead["sale_size"], len(had([lead])), "picky" in had([lead])) == (expected, expected, False)
    (asked_for_two,) = sold(home, range(280, 281), max_contact_requests=2)
    assert sum(had([asked_for_two]).values()) == 2


@pytest.mark.req("R003-26", "R003-27")
def test_the_distribution_centre_passes_a_lead_to_three_to_five_sellers_by_plan(home: House) -> None:
    premium = ("firm2", "firm4")
    companies = [
        {**one, "plan": "premium"} if one["key"] in premium else one for one in firms(5, {"any": "6.00"})
    ]
    better = firms(6, {"any": "8.00"})[5]
    install(home, *companies, better, distribution="distribution_centre", sale_sizes=None)
    (lead,) = sold(home, range(290, 291), max_contact_requests=3)
    assert set(had([lead])) == {"firm2", "firm4", "firm5"}
    (lead,) = sold(home, range(291, 292), max_contact_requests=None)
    assert (lead["sale_size"], sum(had([lead]).values())) == (5, 5)
    install(home, *companies[:2], distribution="distribution_centre", sale_sizes=None)
    (lead,) = sold(home, range(292, 293))
    assert (lead["status"], lead["reason"]) == ("unsold", "no_scenario")


@pytest.mark.req("R004-05")
def test_a_buyer_that_refuses_hands_the_lead_to_the_next_in_turn(home: House) -> None:
    refusing = company("refusing", EXCLUSIVE, http(home.buyer("refuse"), accept=ACCEPT))
    install(home, *firms(2, EXCLUSIVE), refusing, distribution="round_robin")
    leads = sold(home, range(300, 306))
    assert had(leads) == {"firm0": 3, "firm1": 3}
    refused = [one for lead in leads for one in lead["assignments"] if one["status"] == "refused"]
    assert refused
    assert {one["company"] for one in refused} == {"refusing"}


@pytest.mark.req("R004-04")
def test_a_groups_campaigns_take_turns_while_the_group_competes_by_price(home: House) -> None:
    group = {"group": "branches"}
    branches = [company(key, {"exclusive": "30.00"}, campaign=group) for key in ("east", "west")]
    single = company("single", {"exclusive": "25.00"})
    groups = [{"key": "branches", "distribution": "round_robin"}]
    install(home, *branches, single, distribution="best_revenue", groups=groups)
    assert had(sold(home, range(310, 316))) == {"east": 3, "west": 3}
