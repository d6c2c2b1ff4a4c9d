"""A market file is taken whole, or refused with every fault in it and the place of each."""

from pathlib import Path

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


CAMPAIGN = ("companies", 0, "campaigns", 0)
IN_FILE = "companies[0].campaigns[0]"


@pytest.mark.parametrize(
    ("place", "key", "written", "fault"),
    [
        (CAMPAIGN, "bids", {"duo": "-35.00"}, f"{IN_FILE}.bids.duo: must not be negative"),
        (CAMPAIGN, "bids", {"duo": "35.001"}, f"{IN_FILE}.bids.duo: '35.001' has more decimals than USD allows (2)"),
        (CAMPAIGN, "bids", {"1": "9.00", "exclusive": "8.00"}, f"{IN_FILE}.bids.exclusive: size 1 has a bid already"),
        (CAMPAIGN, "bids", {"5": "9.00"}, f'{IN_FILE}.bids.5: product "roofing" is not sold in size 5, only 1, 2, 3, 4'),
        (CAMPAIGN, "product", None, f"{IN_FILE}.product: is missing"),
        (CAMPAIGN, "product", "solar", f'{IN_FILE}.product: "solar" is not a product of this market'),
        (CAMPAIGN, "bid", {}, f'{IN_FILE}.bid: is not a known key: did you mean "bids"?'),
        (CAMPAIGN, "where", {"zips": [7001]}, f'{IN_FILE}.where.zips[0]: must be text: write it in quotes, like "07001"'),
        (CAMPAIGN, "where", {"radius": {"miles": 5}}, f"{IN_FILE}.where.radius: needs lat and lon, or the name of one of the company's locations"),
        (CAMPAIGN, "where", {"counties": ["Carbon"]}, f'{IN_FILE}.where.counties[0]: "Carbon" is not a county: write it with its state, like "Carbon, WY"'),
        (CAMPAIGN, "classifications", [8], f"{IN_FILE}.classifications[0]: must be at most 7"),
        (CAMPAIGN, "caps", {"day": {"count": True}}, f"{IN_FILE}.caps.day.count: must be a whole number"),
        (CAMPAIGN, "status", "on", f'{IN_FILE}.status: cannot be "on": use active or paused'),
        (CAMPAIGN, "deliver", [], f"{IN_FILE}.deliver: must not be empty"),
        (CAMPAIGN, "criteria", {"combinator": "and", "rules": [{"field": "roof_type", "operator": "=", "value": "clay"}]}, f'{IN_FILE}.criteria.rules[0].value: Roof type has no choice "clay": shingle, metal'),
        (("sources", 0), "products", ["roofing"], "sources[0].products: give product or products, not both"),
        (("sources", 0), "api_key", "", "sources[0].api_key: must be 1 to 200 printable characters"),
        (("sources", 0), "api_key", "k" * 201, "sources[0].api_key: must be 1 to 200 printable characters"),
        (("sources", 0), "api_key", "acme-key", "companies[0].api_key: is the key of another party already: each needs its own"),
        (("companies", 0), "wallet", {"mode": "barter"}, 'companies[0].wallet.mode: cannot be "barter": use credit, prepaid'),
        (("companies", 0), "hours", {"mon": "08:00-18:00"}, "companies[0].hours.mon: must be a list"),
        (("companies", 1), "key", "acme", 'companies[1].key: "acme" is the key of another company already'),
        (("companies", 1, "campaigns", 0), "key", "acme-west", 'companies[1].campaigns[0].key: "acme-west" is the key of another campaign already'),
        (("products", 0), "flow", [{"step": "phone", "reason": "x"}], "products[0].flow[0].reason: is not a known key: use on_failure, step"),
        (("products", 0), "required", ["phone"], 'products[0].required[0]: "phone" is not a field: did you mean "phone_1"?'),
        (("market",), "currency", "dollars", "market.currency: 'dollars' is not a currency: give three capital letters such as USD"),
        ((), "market", [], "market: must be a mapping (key: value)"),
        ((), "companies", {}, "companies: must be a list"),
    ],
)  # fmt: skip
def test_one_fault_is_told_once_and_alone(
    place: tuple[str | int, ...], key: str, written: object, fault: str
) -> None:
    tree = small()
    at(tree, *place)[key] = written
    assert faults(tree) == [fault]


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
        (CAMPAIGN, "where", {"zips": [82301, "823*"], "states": ["Wyoming"], "radius": {"location": "Rawlins", "miles": 5}}),
        (CAMPAIGN, "criteria", None),
        (CAMPAIGN, "criteria", {"combinator": "and", "rules": [{"field": "extra.anything", "operator": "=", "value": "x"}]}),
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


def test_a_step_or_distribution_that_is_built_later_is_no_fault_then() -> None:
    text = "products: [{key: p, flow: [{step: sms, text: hello}], distribution: round_robin}]"
    built = Built(steps=frozenset({"sms"}), distributions=frozenset({"round_robin"}))
    assert read_market_text(text, built).products[0].distribution == "round_robin"
    with pytest.raises(MarketFaults) as refusal:
        read_market_text(text)
    assert [fault.path for fault in refusal.value.faults] == [
        "products[0].flow[0].step",
        "products[0].distribution",
    ]


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
        products: [{key: roofing, fields: [{key: roof_type, type: choice, choices: [shingle, metal]}], floor: "5.00"}]
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
