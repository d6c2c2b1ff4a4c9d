"""A market file is taken whole, or refused with every fault in it and the place of each."""

import json
from pathlib import Path
from typing import Any

import pytest

from leadhouse.parties.faults import MarketFaults
from leadhouse.parties.market_file import LARGEST_FILE, Built, read_market_file, read_market_text
from tests.parties.markets import EXAMPLES, at, documents, faults, small


def test_the_faulty_example_tells_everything_at_once_in_the_order_of_the_file() -> None:
    with pytest.raises(MarketFaults) as refusal:
        read_market_file(EXAMPLES / "faulty.yaml")
    assert str(refusal.value).splitlines() == (EXAMPLES / "faulty.txt").read_text().splitlines()


@pytest.mark.parametrize("name", ["demo.yaml", "minimal.yaml"])
def test_the_other_examples_have_no_fault(name: str) -> None:
    assert read_market_file(EXAMPLES / name).market.currency == "USD"


@pytest.mark.req("R000-19")
def test_the_demo_market_is_as_large_and_as_varied_as_promised() -> None:
    demo = read_market_file(EXAMPLES / "demo.yaml")
    assert [source.name for source in demo.sources] == [
        "Roofing Calculator", "SolarEstimate", "MySolar", "Fixr", "SolarReviews", "Bathroom Estimate",
        "Kitchen Estimate",
    ]  # fmt: skip
    campaigns = [campaign for company in demo.companies for campaign in company.campaigns]
    areas = [campaign.where for campaign in campaigns if campaign.where]
    zips = [one for area in areas for one in area.zips]
    caps = {
        (period, unit)
        for campaign in campaigns
        for period, cap in campaign.caps.model_dump(exclude_none=True).items()
        for unit in cap
    }
    zones = {company.timezone for company in demo.companies}
    assert len(demo.products) >= 4
    assert len(demo.companies) >= 40
    assert len(campaigns) >= 120
    assert {"America/Anchorage", "Pacific/Honolulu", "America/Phoenix", "America/Adak"} <= zones
    assert {"America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"} <= zones
    assert any(area.countries for area in areas)
    assert any(area.states for area in areas)
    assert any(area.counties for area in areas)
    assert any(one.endswith("*") for one in zips)
    assert any(not one.endswith("*") for one in zips)
    assert any(area.radius and area.radius.location for area in areas)
    assert any(area.radius and area.radius.lat is not None for area in areas)
    assert caps == {(period, unit) for period in ("day", "week", "month") for unit in ("count", "money")}
    assert {size for campaign in campaigns for size in campaign.bids} == {
        "exclusive", "duo", "trio", "quad", "5", "6",
    }  # fmt: skip
    assert any(company.hours is None for company in demo.companies)


def test_the_small_market_has_no_fault() -> None:
    assert faults(small()) == []


EXTRA_RULE = {"combinator": "and", "rules": [{"field": "extra.anything", "operator": "=", "value": "x"}]}
CAMPAIGN = ("companies", 0, "campaigns", 0)
IN_FILE = "companies[0].campaigns[0]"


# Each changes one key of the small market, and makes exactly one fault.
ONE_FAULT = json.loads(Path(__file__).with_name("one_fault.json").read_text())


@pytest.mark.parametrize("case", ONE_FAULT, ids=lambda case: case["fault"].split(":")[0])
def test_one_fault_is_told_once_and_alone(case: dict[str, Any]) -> None:
    tree = small()
    at(tree, *case["place"])[case["key"]] = case["written"]
    assert faults(tree) == [case["fault"]]


@pytest.mark.parametrize(
    ("place", "written", "message"),
    [
        ("url", "b.example", '"b.example" is not an address: it must begin with http:// or https://'),
        ("prices.exclusive", {"1": "a", "exclusive": "b"}, "size 1 has a price already"),
        (
            "prices.both",
            {"both": "a"},
            'is not a sale size: use exclusive, duo, trio, quad, any or a number like "5"',
        ),
        ("prices", {}, "must not be empty"),
        ("max", "-1.00", "must not be negative"),
        ("timeout_ms", 20_000, "must be at most 10000"),
        ("map.zip", {"zip": "{{ lead.zip"}, "is not a template: expected '}}', found end of file"),
        ("headers.X-Key", {"X-Key": "a\nb"}, "must be one line of plain characters"),
    ],
)
def test_a_ping_is_checked_where_it_stands(place: str, written: object, message: str) -> None:
    tree = small()
    campaign = at(tree, *CAMPAIGN)
    del campaign["bids"]
    campaign["bid"] = {"ping": {"url": "https://b.example", place.partition(".")[0]: written}}
    assert faults(tree) == [f"{IN_FILE}.bid.ping.{place}: {message}"]


def test_faults_in_one_block_hide_none_in_another() -> None:
    tree = small()
    at(tree, *CAMPAIGN)["bids"] = {"duo": "-1.00"}
    at(tree, *CAMPAIGN)["product"] = "solar"
    at(tree, "sources", 0)["product"] = "solar"
    at(tree, "market")["timezone"] = "Moon"
    assert [fault.split(":")[0] for fault in faults(tree)] == [
        "market.timezone",
        "sources[0].product",
        f"{IN_FILE}.product",
        f"{IN_FILE}.bids.duo",
    ]


@pytest.mark.parametrize(
    ("place", "key", "written"),
    [
        (CAMPAIGN, "bids", {"2": 35, "exclusive": 60.5}),
        (CAMPAIGN, "where", {"zips": [82301, "823*"], "radius": {"location": "Rawlins", "miles": 5}}),
        (CAMPAIGN, "criteria", None),
        (CAMPAIGN, "criteria", EXTRA_RULE),
        (CAMPAIGN, "classifications", []),
        (("sources", 0), "api_key", " with spaces and ü "),
        (("sources", 0), "channel", "web forms"),
        (("companies", 0), "hours", {"sun": []}),
        (("products", 0), "required", ["roof_type", "extra.note", "email"]),
    ],
)  # fmt: skip
def test_what_may_be_written_is_taken(place: tuple[str | int, ...], key: str, written: object) -> None:
    tree = small()
    at(tree, *place)[key] = written
    assert faults(tree) == []


def test_a_step_that_is_built_later_is_no_fault_then() -> None:
    text = "products: [{key: p, flow: [{step: sms, text: hello}]}]"
    assert read_market_text(text, Built(steps=frozenset({"sms"}))).products[0].key == "p"
    with pytest.raises(MarketFaults) as refusal:
        read_market_text(text)
    assert [fault.path for fault in refusal.value.faults] == ["products[0].flow[0].step"]


def test_the_file_itself_can_be_at_fault(tmp_path: Path) -> None:
    def told(name: str, content: bytes | None) -> str:
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(MarketFaults) as refusal:
            read_market_file(tmp_path / name)
        return str(refusal.value).replace(str(tmp_path), "")

    with (tmp_path / "large.yaml").open("wb") as large:
        large.truncate(LARGEST_FILE + 1)
    assert told("large.yaml", None) == "/large.yaml is larger than 64 MiB"
    assert told("absent.yaml", None) == "/absent.yaml cannot be read: No such file or directory"
    assert told("market.toml", b"") == "market.toml must end in .yaml, .yml or .json"
    assert told("latin.yaml", b"market: {name: \xe9}") == "/latin.yaml is not UTF-8 at byte 15"
    assert told("list.yaml", b"- 1") == "must hold a mapping with market, products, sources and companies"
    assert told("empty.yaml", b"") == "must hold a mapping with market, products, sources and companies"
    assert told("broken.yaml", b"a: [1\nb: 2").startswith("line 2, column 2 is not YAML: ")


def test_json_and_yaml_mean_the_same() -> None:
    assert documents(small()) == read_market_text(
        """
        market: {name: Small, timezone: America/Denver, currency: USD}
        products:
        - {key: roofing, fields: [{key: roof_type, type: choice, choices: [shingle, metal]}], floor: "5.00"}
        sources: [{key: site, product: roofing, api_key: site-key}]
        companies:
        - key: acme
          api_key: acme-key
          wallet: {mode: credit, limit: "500.00"}
          locations: [{name: Rawlins, postal_code: 82301}]
          campaigns: [{key: acme-west, product: roofing, bids: {duo: "35.00"}}]
        - key: zenith
          api_key: zenith-key
          wallet: {mode: prepaid, balance: "120.50"}
          campaigns: [{key: zenith-all, product: roofing, bids: {exclusive: "60.00"}}]
        """
    )


@pytest.mark.req("R004-12")
def test_postal_codes_of_other_countries_are_taken_where_the_country_is_named() -> None:
    tree = small()
    where = {"zips": ["M5V 2T6", "k1*", "SW1A-1AA"], "countries": ["CA", "GB"]}
    at(tree, "companies", 0, "campaigns", 0)["where"] = where
    assert faults(tree) == []
    where["countries"] = ["US"]
    told = 'is not a ZIP: write "82301", or "823*" for all that begin so'
    told += "; other countries' codes need `countries`"
    assert faults(tree) == [
        f'companies[0].campaigns[0].where.zips[{place}]: "{code}" {told}'
        for place, code in enumerate(["M5V 2T6", "k1*", "SW1A-1AA"])
    ]
