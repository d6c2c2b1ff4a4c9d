"""Applying a file makes the market equal to it: once, whole or not at all, closing what is absent."""

from copy import deepcopy

import pytest

from leadhouse.parties import current, queries
from leadhouse.parties.apply import Applied, GeneratedKey, Opening, apply, plan
from leadhouse.parties.differences import Difference, DifferenceKind, told
from leadhouse.parties.faults import MarketFaults
from leadhouse.parties.keys import digest
from leadhouse.parties.types import KeyKind, KeyOwner, WalletMode
from tests.parties.markets import Tree, at, documents, small

pytestmark = pytest.mark.django_db

CAMPAIGN = ("companies", 0, "campaigns", 0)
ACME_WEST = "companies[acme].campaigns[acme-west]"


def applied(tree: Tree) -> Applied:
    return apply(documents(tree))


def lines(differences: tuple[Difference, ...]) -> list[str]:
    return told(differences, done=True).splitlines()[:-1]


def company_id(key: str) -> int:
    return next(one.id for one in current.market().companies.values() if one.key == key)


def test_a_first_file_adds_everything_and_a_second_time_nothing() -> None:
    assert queries.revision() == 0
    first = applied(small())
    assert [(one.kind, one.path) for one in first.differences] == [
        (DifferenceKind.ADD, "market"),
        (DifferenceKind.ADD, "products[roofing]"),
        (DifferenceKind.ADD, "sources[site]"),
        (DifferenceKind.ADD, "companies[acme]"),
        (DifferenceKind.ADD, ACME_WEST),
        (DifferenceKind.ADD, "companies[zenith]"),
        (DifferenceKind.ADD, "companies[zenith].campaigns[zenith-all]"),
    ]
    assert first.generated_keys == ()
    revision = queries.revision()
    assert revision > 0
    assert applied(small()) == Applied(())
    assert queries.revision() == revision


def test_a_plan_says_what_apply_would_do_and_does_nothing() -> None:
    file = documents(small())
    assert plan(file, queries.load_stored()) == list(plan(file, queries.load_stored()))
    assert queries.revision() == 0
    assert queries.load_stored().entries == {}
    assert tuple(plan(file, queries.load_stored())) == apply(file).differences


def test_a_change_is_told_with_its_place_and_values_and_reaches_the_market() -> None:
    applied(small())
    before = current.market()
    tree = small()
    at(tree, "market")["name"] = "Renamed"
    at(tree, *CAMPAIGN)["bids"] = {"duo": "36.00", "trio": "20.00"}
    at(tree, *CAMPAIGN)["deliver"] = [{"method": "email", "to": ["desk@acme.example"]}]
    assert lines(applied(tree).differences) == [
        'market: market.name: "Small" → "Renamed"'.removeprefix("market: ").join(["~ ", ""]),
        f'~ {ACME_WEST}.bids.duo: "35.00" → "36.00"',
        f'~ {ACME_WEST}.bids.trio: (absent) → "20.00"',
        f'~ {ACME_WEST}.deliver: (absent) → [{{"method":"email","to":["desk@acme.example"]}}]',
    ]
    after = current.market()
    assert after.revision > before.revision
    assert after.name == "Renamed"
    assert [one.bids for one in after.campaigns.values()] == [{2: 3600, 3: 2000}, {1: 6000}]
    assert list(after.campaigns) == list(before.campaigns)


def test_what_is_absent_is_closed_and_never_deleted_and_can_be_reopened() -> None:
    applied(small())
    ids = (company_id("acme"), company_id("zenith"))
    tree = small()
    del tree["companies"][1]  # type: ignore[attr-defined]
    at(tree, "companies", 0)["campaigns"] = []
    tree["sources"] = []
    assert lines(applied(tree).differences) == [
        "- sources[site]",
        "- companies[zenith]",
        f"- {ACME_WEST}",
        "- companies[zenith].campaigns[zenith-all]",
    ]
    market = current.market()
    assert (market.companies[ids[0]].is_closed, market.companies[ids[1]].is_closed) == (False, True)
    assert market.sources["site"].is_closed
    assert [campaign.is_active for campaign in market.campaigns.values()] == [False, False]
    assert applied(tree) == Applied(())

    again = applied(small())
    assert lines(again.differences) == [
        "^ sources[site]",
        f"^ {ACME_WEST}",
        "^ companies[zenith]",
        "^ companies[zenith].campaigns[zenith-all]",
    ]
    assert again.generated_keys == ()
    assert (company_id("acme"), company_id("zenith")) == ids
    assert current.market().campaigns[1 + min(current.market().campaigns) - 1].is_active


def test_a_closed_campaign_may_speak_of_fields_and_places_that_are_gone() -> None:
    tree = small()
    rule = {"combinator": "and", "rules": [{"field": "roof_type", "operator": "=", "value": "metal"}]}
    radius = {"location": "Rawlins", "miles": 5}
    at(tree, *CAMPAIGN).update(criteria=rule, where={"radius": radius})
    applied(tree)
    bare = small()
    at(bare, "companies", 0).update(campaigns=[], locations=[])
    at(bare, "products", 0)["fields"] = []
    applied(bare)
    closed = next(one for one in current.market().campaigns.values() if one.key == "acme-west")
    assert (closed.is_active, closed.criteria, closed.where) == (False, None, None)
    assert closed.bids == {2: 3500}


@pytest.mark.req("R000-68")
def test_openings_tell_billing_each_wallet_once() -> None:
    first = applied(small())
    acme, zenith = company_id("acme"), company_id("zenith")
    assert first.openings == (
        Opening(acme, "acme", WalletMode.CREDIT, 50_000, 0),
        Opening(zenith, "zenith", WalletMode.PREPAID, 0, 12_050),
    )
    tree = small()
    at(tree, "companies", 0)["wallet"] = {"mode": "prepaid", "balance": "70.00"}
    at(tree, "companies", 1)["wallet"] = {"mode": "prepaid", "balance": "999.00"}
    assert applied(tree).openings == (
        Opening(acme, "acme", WalletMode.PREPAID, 0, 7_000),
        Opening(zenith, "zenith", WalletMode.PREPAID, 0, 0),
    )
    only_acme = deepcopy(tree)
    del only_acme["companies"][1]  # type: ignore[attr-defined]
    assert applied(only_acme).openings == ()
    assert applied(tree).openings == (Opening(zenith, "zenith", WalletMode.PREPAID, 0, 0),)


def test_an_omitted_key_is_made_once_then_kept_and_a_given_one_replaces_it() -> None:
    tree = small()
    del at(tree, "sources", 0)["api_key"]
    (made,) = applied(tree).generated_keys
    assert made.path == "sources[site].api_key"
    source_id = current.market().sources["site"].id
    owner = KeyOwner(KeyKind.SOURCE, source_id, "site", None, source_id, None)
    assert queries.owner_of_key(digest(made.key)) == owner
    assert current.holder_of(made.key) == owner
    assert applied(tree) == Applied(())

    rotated = applied(small())
    assert lines(rotated.differences) == ["~ sources[site].api_key: (secret) → (secret)"]
    assert queries.owner_of_key(digest("site-key")) == owner
    assert queries.owner_of_key(digest(made.key)) is None
    assert current.holder_of(made.key) is None
    assert applied(tree) == Applied(())
    assert set(queries.all_key_digests()) == {digest("site-key"), digest("acme-key"), digest("zenith-key")}


def test_no_key_is_kept_readable() -> None:
    tree = small()
    at(tree, "sources", 0)["notify"] = {"url": "https://site.example", "secret": "sign-me"}
    applied(tree)
    stored = queries.load_stored()
    assert "site-key" not in repr(stored)
    assert [one.secrets for one in stored.entries.values() if one.secrets] == [{"notify.secret": "sign-me"}]
    assert "sign-me" not in repr([one.config for one in stored.entries.values()])


def test_a_key_moves_to_a_renamed_party_but_never_from_one_that_keeps_it() -> None:
    applied(small())
    renamed = small()
    at(renamed, "sources", 0)["key"] = "new-site"
    applied(renamed)
    owner = queries.owner_of_key(digest("site-key"))
    assert owner is not None
    assert owner.key == "new-site"

    greedy = small()
    at(greedy, "sources", 0)["key"] = "new-site"
    at(greedy, "sources", 0)["api_key"] = "acme-key"
    del at(greedy, "companies", 0)["api_key"]
    revision = queries.revision()
    with pytest.raises(MarketFaults) as refusal:
        applied(greedy)
    assert str(refusal.value) == "sources[0].api_key: is held by another party already: each needs its own"
    assert queries.revision() == revision
    owner = queries.owner_of_key(digest("acme-key"))
    assert owner is not None
    assert owner.key == "acme"


def test_two_parties_may_swap_their_keys() -> None:
    applied(small())
    tree = small()
    at(tree, "companies", 0)["api_key"] = "zenith-key"
    at(tree, "companies", 1)["api_key"] = "acme-key"
    applied(tree)
    owners = {key: queries.owner_of_key(digest(key)) for key in ("acme-key", "zenith-key")}
    assert {key: owner.key for key, owner in owners.items() if owner} == {
        "acme-key": "zenith",
        "zenith-key": "acme",
    }


def test_secrets_left_out_are_kept_for_the_same_address_only() -> None:
    tree = small()
    method: dict[str, object] = {"method": "http", "url": "https://one.example"}
    secret = {"secret": "s1", "headers": {"Authorization": "Basic abc"}}
    at(tree, *CAMPAIGN)["deliver"] = [{**method, **secret}]
    applied(tree)
    at(tree, *CAMPAIGN)["deliver"] = [{"method": "portal"}, method]
    applied(tree)
    _, kept = next(iter(current.market().campaigns.values())).methods
    assert (kept.secret, kept.headers) == ("s1", {"Authorization": "Basic abc"})
    at(tree, *CAMPAIGN)["deliver"] = [{**method, "url": "https://two.example"}]
    differences = lines(applied(tree).differences)
    assert f"~ {ACME_WEST}.deliver[1].secret: (secret) → (secret)" in differences
    (moved,) = next(iter(current.market().campaigns.values())).methods
    assert (moved.secret, moved.headers) == ("", None)


def test_notices_are_always_signed() -> None:
    tree = small()
    at(tree, "sources", 0)["notify"] = {"url": "https://site.example"}
    (made,) = applied(tree).generated_keys
    assert made == GeneratedKey("sources[site].notify.secret", made.key)
    at(tree, "sources", 0)["notify"] = {"url": "https://elsewhere.example"}
    assert applied(tree).generated_keys == ()
    notify = current.market().sources["site"].notify
    assert notify is not None
    assert (notify.url, notify.secret) == ("https://elsewhere.example", made.key)


def test_a_campaign_can_move_to_another_company() -> None:
    applied(small())
    tree = small()
    moved = at(tree, "companies", 0)["campaigns"]
    at(tree, "companies", 0)["campaigns"] = []
    at(tree, "companies", 1)["campaigns"] += moved  # type: ignore[operator]
    assert lines(applied(tree).differences) == [
        '~ companies[zenith].campaigns[acme-west].company: "acme" → "zenith"'
    ]
    owners = {one.key: one.company_id for one in current.market().campaigns.values()}
    assert owners == {"acme-west": company_id("zenith"), "zenith-all": company_id("zenith")}
