"""`leadhouse simulate`: a month of a market file without a database, figures as files, faults in one line."""

import csv
import json
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from leadhouse.parties.types import Distribution, Pacing
from leadhouse.project.cli import main
from leadhouse.project.simulation.tables import cold_lines
from leadhouse.simulate.queries import SoldBefore, Span
from leadhouse.simulate.replay import Log
from tests.allocate import allocate_markets
from tests.allocate.allocate_markets import NOW, PRODUCT

MARKET = """
market: {name: Small, timezone: America/New_York, currency: USD}
products: [{key: roofing, sale_sizes: [1, 2], floor: "5.00"}]
sources: [{key: form, product: roofing, api_key: form-key}]
companies:
  - key: acme
    api_key: acme-key
    wallet: {mode: credit, limit: "100000.00"}
    campaigns: [{key: acme, product: roofing, bids: {exclusive: "30.00"}, caps: {day: {count: 3}}}]
  - key: best
    api_key: best-key
    wallet: {mode: prepaid, balance: "600.00"}
    campaigns: [{key: best, product: roofing, bids: {exclusive: "32.00"}}]
"""


@pytest.fixture
def market(tmp_path: Path) -> Path:
    file = tmp_path / "market.yaml"
    file.write_text(MARKET)
    return file


def simulate(market: Path, *arguments: str) -> int:
    return main(["simulate", str(market), "--month", "--leads", "200", *arguments])


def figures(folder: Path) -> dict[str, dict[str, object]]:
    return json.loads((folder / "simulation.json").read_text())  # type: ignore[no-any-return]


def test_a_month_is_decided_printed_and_written(
    market: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert simulate(market, "--out", str(tmp_path / "out")) == 0
    assert "Revenue" in capsys.readouterr().out
    base = figures(tmp_path / "out")["base"]
    assert base["leads"] == 200
    # The prepaid wallet buys eighteen leads of 32.00 and has no more.
    assert base["campaigns"]["best"] == {"company": "best", "leads": 18, "spend": "576.00"}  # type: ignore[index]
    with (tmp_path / "out" / "leads.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 200
    assert sum(one["campaigns"] == "best" for one in rows) == 18
    assert (tmp_path / "out" / "campaigns.csv").read_text().startswith("campaign,company,leads,spend")


def test_the_same_seed_writes_the_same_files_and_another_seed_others(market: Path, tmp_path: Path) -> None:
    for name, seed in (("one", "7"), ("same", "7"), ("other", "8")):
        assert simulate(market, "--seed", seed, "--out", str(tmp_path / name)) == 0
    one, same, other = ((tmp_path / name / "leads.csv").read_text() for name in ("one", "same", "other"))
    assert one == same != other


def test_three_dollars_more_are_answered_in_words_and_figures(
    market: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "out"
    arguments = ["--endless-wallets", "--counterfactual", "acme", "+3.00", "--out", str(folder)]
    assert simulate(market, *arguments) == 0
    answer = figures(folder)["counterfactual"]
    assert answer["leads_before"] == 0
    assert 60 <= answer["won"] == answer["leads_after"] <= 90  # type: ignore[operator]
    assert [one["campaign"] for one in answer["displaced"]] == ["best"]  # type: ignore[attr-defined]
    assert "acme with +$3.00 on each bid" in capsys.readouterr().out
    assert (folder / "leads_changed.csv").exists()


def test_another_market_bids_budgets_and_policy_are_set_beside_the_base(market: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(MARKET.replace('balance: "600.00"', 'balance: "6000.00"'))
    for change in (
        ("--against", str(other)),
        ("--bids-scale", "acme=1.5"),
        ("--budgets-scale", "2"),
        ("--policy", "paced"),
    ):
        folder = tmp_path / change[0].strip("-")
        assert simulate(market, *change, "--out", str(folder)) == 0
        document = figures(folder)
        assert document["change"]
        assert {"base", "changed", "difference"} <= document.keys()
    assert figures(tmp_path / "against")["difference"]["sold"] > 0  # type: ignore[operator]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--counterfactual", "nobody", "+3.00"], "no campaign 'nobody'"),
        (["--counterfactual", "acme", "much"], "is not an amount of money"),
        (["--bids-scale", "acme=x"], "is not a factor"),
        (["--leads", "0"], "at least 1"),
        (["--since", "2026-11-16"], "ask for --log"),
    ],
)
def test_what_cannot_be_meant_is_told_in_one_line(
    market: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert simulate(market, *arguments) == 1
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_a_faulty_market_is_told_with_the_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "faulty.yaml"
    file.write_text(MARKET.replace("USD", "dollars"))
    assert simulate(file) == 1
    assert "market.currency" in capsys.readouterr().err


def test_a_log_that_begins_after_the_first_sales_says_what_begins_cold() -> None:
    products = [
        replace(PRODUCT, key="turns", name="Turns", distribution=Distribution.ROUND_ROBIN),
        replace(PRODUCT, key="paced", name="Paced", pacing=Pacing.PACED),
        replace(PRODUCT, key="plain", name="Plain"),
    ]
    selling = allocate_markets.market([], products=products)
    whole = Log(Span(None, NOW), NOW, (), (), {}, (), {}, ())
    earlier = SoldBefore(UUID(int=1), 1, 1, 1, 1, None, 1, 500, NOW, is_failed=False, is_following=False)
    assert list(cold_lines(whole, selling)) == []
    assert list(cold_lines(replace(whole, before=(earlier,)), selling)) == [
        "whose turn it is begins cold, as if nothing had been sold before the log, for Turns",
        "shadow prices begin cold, as if nothing had been sold before the log, for Paced",
    ]
