"""What a file says becomes what the stages read: minor units, sets, compiled rules, and the defaults."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from leadhouse.allocate.matching.geography import level_of, spot_of
from leadhouse.kit.hours import parse_hours
from leadhouse.parties.compile import DEFAULT_FLOW, compile_market
from leadhouse.parties.leaves import county_of
from leadhouse.parties.market_file import read_market_file
from leadhouse.parties.types import (
    AcceptRule,
    Area,
    BidPing,
    BidRule,
    Cap,
    CapPeriod,
    CapUnit,
    DuplicateMatch,
    Market,
    MethodKind,
    Pacing,
    Payout,
    PayoutKind,
    Radius,
    Thresholds,
    WalletMode,
)
from leadhouse.timeline.types import AnswerStage
from tests.parties.markets import EXAMPLES, Tree, at, documents, small


def compiled(tree: Tree) -> Market:
    file = documents(tree)
    return compile_market(1, file.market, file.products, file.sources, file.companies)


def test_what_is_absent_has_its_default() -> None:
    market = compiled(small())
    product, source, company, campaign = (
        market.products["roofing"],
        market.sources["site"],
        market.companies[1],
        market.campaigns[1],
    )
    assert market.thresholds == Thresholds(None, None, 0)
    assert [step.step for step in product.flow] == list(DEFAULT_FLOW)
    assert product.sale_sizes == (1, 2, 3, 4)
    assert (product.floor, product.patience) == (500, timedelta(hours=72))
    assert (product.duplicates.window, product.duplicates.match) == (timedelta(days=30), DuplicateMatch.ANY)
    assert (product.carrier_exclusive, product.is_closed) == (False, False)
    assert product.pacing is Pacing.GREEDY
    assert (source.channel, source.criteria, source.caps, source.rate_per_minute) == (
        "Web Forms",
        None,
        (),
        None,
    )
    assert (source.payout, source.answer, source.answer_timeout) == (
        Payout(),
        AnswerStage.QUALIFIED,
        timedelta(seconds=2),
    )
    assert (source.notify, source.is_test) == (None, False)
    assert company.zone == ZoneInfo("America/Denver")
    assert (company.hours, company.conflict_group, company.carriers) == (None, None, frozenset())
    assert (campaign.is_active, campaign.where, campaign.criteria, campaign.classifications) == (
        True,
        None,
        None,
        None,
    )
    assert (campaign.only_sources, campaign.never_sources, campaign.caps) == (frozenset(), frozenset(), ())
    assert (campaign.rejection_window, campaign.weight, campaign.priority) == (timedelta(hours=48), 1, 0)
    assert [method.kind for method in campaign.methods] == [MethodKind.PORTAL]


@pytest.mark.req("R004-12", "R004-13", "R004-14", "R004-15", "R004-16", "R004-18")
def test_an_area_keeps_each_kind_of_place_apart() -> None:
    tree = small()
    at(tree, "companies", 0, "campaigns", 0)["where"] = {
        "states": ["WY", "Colorado"],
        "counties": ["Carbon County, WY"],
        "zips": ["80202", "823*"],
        "radius": {"location": "Rawlins", "miles": 50},
        "countries": ["US"],
    }
    where = compiled(tree).campaigns[1].where
    assert where is not None
    assert where.radius is not None
    assert replace(where, radius=None) == Area(
        states=frozenset({"WY", "CO"}),
        counties=frozenset({("WY", "carbon")}),
        zips=frozenset({"80202"}),
        zip_prefixes=frozenset({"823"}),
        countries=frozenset({"US"}),
    )
    assert (round(where.radius.lat), round(where.radius.lon), where.radius.miles) == (42, -107, 50.0)


def test_the_contract_example_means_what_it_says() -> None:
    tree = small()
    at(tree, "market")["thresholds"] = {"max_rejection_rate": 0.4, "from_decisions": 50}
    at(tree, "sources", 0).update(
        payout={"kind": "share", "percent": 62.5},
        caps={"day": {"count": 5000}},
        rate={"per_minute": 6000},
        answer="sold",
        channel="get quote form",
        notify={"url": "https://site.example/outcomes", "secret": "s"},
    )
    at(tree, "companies", 0)["hours"] = {"mon": ["08:00-18:00"]}
    at(tree, "companies", 0, "campaigns", 0).update(
        bids={"exclusive": "60.00", "2": 35, "trio": 25.5},
        bid_rules=[
            {"where": {"zips": ["82301"]}, "bids": {"exclusive": "75.00"}},
            {
                "where": {"radius": {"lat": 41.8, "lon": -107, "miles": 5}},
                "sources": ["site"],
                "bids": {"duo": "40.00"},
            },
        ],
        schedule={"mon": ["09:00-17:00"]},
        caps={"month": {"money": "5000.00"}, "day": {"count": 25, "money": "500.00"}},
        classifications=[2, 3],
        deliver=[
            {
                "method": "http",
                "url": "https://buyer.example",
                "accept": {"path": "ok", "equals": True},
                "timeout_ms": 500,
            },
            {"method": "email", "to": ["desk@acme.example"]},
        ],
    )
    market = compiled(tree)
    source, campaign = market.sources["site"], market.campaigns[1]
    assert market.thresholds == Thresholds(0.4, None, 50)
    assert source.payout == Payout(PayoutKind.SHARE, percent=Decimal("62.5"))
    assert (source.channel, source.answer, source.rate_per_minute) == (
        "Get Quote Form",
        AnswerStage.SOLD,
        6000,
    )
    assert source.notify is not None
    assert (source.notify.url, source.notify.secret) == ("https://site.example/outcomes", "s")
    assert campaign.bids == {1: 6000, 2: 3500, 3: 2550}
    assert campaign.bid_rules == (
        BidRule({1: 7500}, Area(zips=frozenset({"82301"}))),
        BidRule({2: 4000}, Area(radius=Radius(41.8, -107.0, 5.0)), frozenset({"site"})),
    )
    assert campaign.caps == (
        Cap(CapPeriod.DAY, CapUnit.COUNT, 25),
        Cap(CapPeriod.DAY, CapUnit.MONEY, 50_000),
        Cap(CapPeriod.MONTH, CapUnit.MONEY, 500_000),
    )
    assert campaign.classifications == frozenset({2, 3})
    assert market.companies[1].hours == parse_hours({"mon": ["08:00-18:00"]})
    assert campaign.schedule == parse_hours({"mon": ["09:00-17:00"]})
    http, email = campaign.methods
    assert (http.accept, http.timeout) == (AcceptRule("ok", "true"), timedelta(milliseconds=500))
    assert email.to == ("desk@acme.example",)


@pytest.mark.req("R004-20")
def test_a_campaign_may_be_asked_for_its_bids() -> None:
    tree = small()
    campaign = at(tree, "companies", 0, "campaigns", 0)
    del campaign["bids"]
    campaign["bid"] = {"ping": {"url": "https://b.example/ping"}}
    at(tree, "products", 0)["bid_deadline_ms"] = 700
    market = compiled(tree)
    assert market.products["roofing"].bid_deadline == timedelta(milliseconds=700)
    assert (market.campaigns[1].ping, market.campaigns[2].ping) == (BidPing("https://b.example/ping"), None)
    campaign["bid"] = {
        "ping": {
            "url": "https://b.example/ping",
            "format": "xml",
            "map": {"zip": "{{ lead.postal_code }}"},
            "headers": {"X-Key": "k"},
            "prices": {"duo": "answer/shared", "1": "answer/alone"},
            "reference": "answer/@id",
            "currency": "answer/money",
            "timeout_ms": 250,
            "max": "80.00",
            "secret": "s",
        }
    }
    assert compiled(tree).campaigns[1].ping == BidPing(
        url="https://b.example/ping",
        format="xml",
        map={"zip": "{{ lead.postal_code }}"},
        headers={"X-Key": "k"},
        prices={1: "answer/alone", 2: "answer/shared"},
        reference="answer/@id",
        currency="answer/money",
        timeout=timedelta(milliseconds=250),
        most=8_000,
        secret="s",
    )


def test_criteria_are_compiled_against_the_products_own_fields() -> None:
    tree = small()
    rule = {"combinator": "and", "rules": [{"field": "roof_type", "operator": "=", "value": "metal"}]}
    at(tree, "companies", 0, "campaigns", 0)["criteria"] = rule
    criteria = compiled(tree).campaigns[1].criteria
    assert criteria is not None
    assert criteria.matches({"roof_type": "Metal"})
    assert not criteria.matches({"roof_type": "shingle"})


def test_hours_without_a_day_are_always_open_and_an_empty_day_is_closed() -> None:
    tree = small()
    at(tree, "companies", 0)["hours"] = {}
    at(tree, "companies", 1)["hours"] = {"mon": []}
    market = compiled(tree)
    assert market.companies[1].hours is None
    assert market.companies[2].hours == parse_hours({})


def test_wallets_are_credit_or_prepaid() -> None:
    market = compiled(small())
    wallets = [(company.wallet_mode, company.wallet_limit) for company in market.companies.values()]
    assert wallets == [(WalletMode.CREDIT, 50_000), (WalletMode.PREPAID, 0)]


def test_equal_parts_of_ten_thousand_campaigns_are_one_object() -> None:
    demo = read_market_file(EXAMPLES / "demo.yaml")
    market = compile_market(1, demo.market, demo.products, demo.sources, demo.companies)
    campaigns = list(market.campaigns.values())
    for part in ("caps", "schedule", "methods", "product"):
        values = [getattr(campaign, part) for campaign in campaigns]
        assert len({id(value) for value in values}) == len({repr(value) for value in values})


@pytest.mark.parametrize("name", ["demo.yaml", "minimal.yaml"])
def test_an_example_compiles(name: str) -> None:
    file = read_market_file(EXAMPLES / name)
    market = compile_market(1, file.market, file.products, file.sources, file.companies)
    assert len(market.campaigns) == sum(len(company.campaigns) for company in file.companies)


@pytest.mark.parametrize(
    ("text", "zip_code"),
    [("Alexandria, VA", "22301"), ("Fairfax, VA", "22030"), ("City of Richmond, VA", "23219")],
)
def test_a_county_is_kept_as_its_zips_name_it(text: str, zip_code: str) -> None:
    spot = spot_of({"postal_code": zip_code, "country": "US"})
    county = county_of(text)
    assert county is not None
    assert level_of(Area(counties=frozenset({county})), spot) is not None
