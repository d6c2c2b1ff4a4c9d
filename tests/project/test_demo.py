"""`leadhouse demo` as a newcomer runs it, and what its table says."""

import os
import re
import signal
import time
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Any

import pytest
from rich.console import Console

from leadhouse.parties.market_file import read_market_text
from leadhouse.project.commands.demo import BUYERS_COMPANY
from leadhouse.project.demo.cases import Asked, asked
from leadhouse.project.demo.market import DemoMarket, Seller, read_demo_market
from leadhouse.project.demo.people import ordinary
from leadhouse.project.demo.table import Told, cases_table, leads_table, outcome, sums, under_way
from leadhouse.store.postmaster import processes_in
from tests.project.demo_running import Demo
from tests.project.running import wait_until_gone, words_of

MARKET_FILE = Path(__file__).parents[2] / "examples" / "markets" / "demo.yaml"
SELLER = Seller("Roofing Calculator", "key", "roofing", ())
MARKET = DemoMarket("USD", (SELLER,), {"acme": "Acme Roofing", "best": "Best Roofs"}, 2)
GOOD: Mapping[str, object] = MappingProxyType({"outcome": "success", "price": "10.00"})


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A data dir on which the demo ran once, and the lines that it printed."""
    data_dir = tmp_path_factory.mktemp("demo") / "data"
    with Demo(data_dir, "--once", "--leads", "12") as demo:
        stdout, stderr = demo.process.communicate(timeout=300)
        assert (demo.process.returncode, stderr) == (0, "")
    return data_dir, [line.rstrip() for line in stdout.splitlines()]


def row(lines: list[str], about: str) -> str:
    return next(line.partition(about)[2].strip() for line in lines if about in line)


def test_once_tells_each_lead_in_a_line_and_leaves_nothing_running(made: tuple[Path, list[str]]) -> None:
    data_dir, lines = made
    first = next(number for number, line in enumerate(lines) if line.startswith("Consumer"))
    table = lines[first + 2 : first + 14]
    assert all(re.match(r"50000\d\d  [A-Z]\w+ ", line) for line in table)
    assert max(map(len, lines[: lines.index("Where to look")])) <= 100
    assert lines[first + 14].startswith("12 leads: ")
    assert (len(processes_in(data_dir / "postgres")), (data_dir / "postgres/postmaster.pid").exists()) == (
        0,
        False,
    )


def test_once_shows_what_a_house_must_notice(made: tuple[Path, list[str]]) -> None:
    lines = made[1]
    assert "duplicate" in row(lines, "the first person again") or "already" in row(
        lines, "the first person again"
    )
    assert row(lines, "no email, but required") == "refused: Missing required email"
    assert row(lines, "a phone that is none").endswith("sold as email_only")
    assert row(lines, "wants one company only").startswith("exclusive: ")
    assert row(lines, "its best buyer says no").endswith("after Hudson Exteriors refused")


def test_once_says_where_to_look(made: tuple[Path, list[str]]) -> None:
    data_dir, lines = made
    password = row(lines, "sign in as operator@demo.example, password")
    assert password == (data_dir / "demo-password").read_text()
    assert row(lines, "Portals").startswith("as buyer@demo.example (HomeQuote National), source@demo.example")
    assert row(lines, "operator's key") == (data_dir / "demo-operator-key").read_text()
    assert (data_dir / "demo-password").stat().st_mode & 0o077 == 0
    assert (data_dir / "demo-operator-key").stat().st_mode & 0o077 == 0
    assert row(lines, "Elsewhere") == f"first: export LEADHOUSE_DATA_DIR={data_dir}"
    assert lines[-1] == "All has ended; make run goes on from here"


def test_a_second_run_goes_on_with_what_is_there_and_ctrl_c_ends_it(made: tuple[Path, list[str]]) -> None:
    data_dir, lines = made
    with Demo(data_dir, "--leads", "1") as demo:
        said = demo.said_until("Serving until you press Ctrl-C")
        assert re.search(r"^50000\d\d  Roofing Calculator ", said, re.MULTILINE)
        assert row(said.splitlines(), "operator's key") == row(lines, "operator's key")
        below = demo.everything()
        assert len(below) > 4
        os.killpg(demo.process.pid, signal.SIGINT)
        stdout, stderr = demo.process.communicate(timeout=60)
        assert (demo.process.returncode, stderr) == (0, "")
        assert stdout.splitlines()[-1].startswith("All has ended")
        wait_until_gone(below, seconds=20)


def test_a_taken_place_is_told_in_one_line_and_a_killed_demo_leaves_nothing_running(
    made: tuple[Path, list[str]], tmp_path: Path
) -> None:
    with Demo(made[0], "--leads", "0") as demo:
        demo.said_until("Serving until you press Ctrl-C")
        below, port = demo.everything(), demo.port
        assert len(below) > 4
        assert refused(tmp_path / "other", LEADHOUSE_PORT=port) == (
            f"port {port} of 127.0.0.1 is taken: stop what uses it, or set LEADHOUSE_PORT to another"
        )
        told = f"the house did not start: already running on {made[0]} (process "
        assert refused(made[0]).startswith(told)
        demo.process.kill()
        wait_until_gone(below, seconds=20)


def refused(data_dir: Path, **settings: str) -> str:
    """Run a demo that cannot start, and return the one line that it says."""
    with Demo(data_dir, "--once", **settings) as demo:
        _, stderr = demo.process.communicate(timeout=60)
    assert demo.process.returncode == 1
    assert stderr.count("\n") == 1
    return stderr.strip().removeprefix("leadhouse demo: ")


def lead(status: str, *assignments: tuple[str, str, str], **given: Any) -> dict[str, object]:
    listed = [{"company": company, "price": price, "status": how} for company, price, how in assignments]
    told = {"consumer": 5000001, "status": status, "reason": None, "classification": 2, "sale_size": 2}
    return {**told, "assignments": listed, **given}


def told(found: dict[str, object] | None, answer: Mapping[str, object] = GOOD, about: str = "") -> Told:
    submission: dict[str, object] = {"city": "Rawlins", "state": "WY"}
    return Told(Asked(SELLER, submission, about), answer, found)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            lead("delivered", ("acme", "35.00", "accepted"), ("best", "30.00", "converted")),
            "duo: Acme Roofing +1",
        ),
        (lead("delivered", ("acme", "60.00", "accepted"), sale_size=1), "exclusive: Acme Roofing"),
        (lead("delivered", ("gone", "60.00", "accepted"), sale_size=6), "to 6: gone"),
        (
            lead("delivered", ("best", "60.00", "refused"), ("acme", "60.00", "accepted"), sale_size=1),
            "exclusive: Acme Roofing after Best Roofs refused",
        ),
        (
            lead("delivering", ("acme", "35.00", "accepted"), ("best", "30.00", "delivering")),
            "duo: Acme Roofing +1, 1 not answered yet",
        ),
        (lead("unsold", ("acme", "60.00", "refused"), reason="no_buyer"), "unsold: no buyer"),
        (lead("waiting", sale_size=None), "waiting"),
        (lead("disqualified", reason="duplicate"), "disqualified: duplicate"),
    ],
)
def test_an_outcome_names_the_buyers_or_the_reason(found: dict[str, object], said: str) -> None:
    assert outcome(told(found), MARKET) == said


def test_what_is_still_on_its_way_is_told_with_what_it_waits_for() -> None:
    silent = told(lead("delivering", ("acme", "35.00", "accepted"), ("best", "30.00", "delivering")))
    copying = told(lead("delivering", ("acme", "35.00", "accepted")))
    done = [told(lead("delivered", ("acme", "35.00", "accepted"))), told(None), told(lead("waiting"))]
    assert under_way(done) == ""
    assert under_way([*done, silent]) == (
        "Still on their way: 1 (1: a buyer has not answered yet and is asked again, for up to a day)."
    )
    assert under_way([silent, copying]).endswith("for up to a day; 1: the house is still at it).")


@pytest.mark.timeout(500)
def test_a_house_that_is_held_up_is_waited_for(tmp_path: Path) -> None:
    with Demo(tmp_path / "data", "--once", "--leads", "6") as demo:
        demo.said_until("Sending leads")
        (worker,) = [one for one in demo.everything() if words_of(one)[-2:] == ["worker", ""]]
        os.kill(worker, signal.SIGSTOP)
        demo.said_until("Following them")
        time.sleep(25)
        os.kill(worker, signal.SIGCONT)
        stdout, stderr = demo.process.communicate(timeout=400)
    assert (demo.process.returncode, stderr) == (0, "")
    left = re.search(r"Still on their way: (\d) \(1: a buyer", stdout)
    assert left or "Still on their way" not in stdout


def test_a_refused_lead_tells_what_its_source_was_told() -> None:
    answer = {"outcome": "failure", "code": "missing_field", "reason": "Missing required email"}
    assert outcome(told(lead("disqualified"), answer), MARKET) == "refused: Missing required email"
    assert outcome(told(None, {"outcome": "error", "code": "too_large"}), MARKET) == "refused: too_large"


@pytest.mark.parametrize("width", [80, 100, 120])
def test_the_table_has_a_line_a_lead_at_any_width_and_money_with_its_currency(width: int) -> None:
    sold = told(lead("delivered", ("acme", "3500.00", "accepted"), ("best", "30.50", "accepted")), about="so")
    none = told(None, {"outcome": "error", "reason": "Too " + "long " * 40})
    lines = printed(leads_table([sold, none], MARKET), width)
    assert [len(line) for line in lines] == [width] * 4
    assert lines[2].split("  ")[0] == "5000001"
    assert lines[2].endswith(" $3,530.50")
    assert "…" in lines[3]
    assert sums([sold, none], MARKET) == "2 leads: 1 delivered. Sold 2 times for $3,530.50."
    assert (
        printed(cases_table([sold, none], MARKET), width)[0].rstrip() == "  5000001  so  duo: Acme Roofing +1"
    )


def printed(thing: object, width: int) -> list[str]:
    console = Console(file=StringIO(), width=width, highlight=False, markup=False)
    console.print(thing)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue().splitlines()


def test_what_people_answer_is_what_people_are() -> None:
    fields = [{"key": key, "type": "number"} for key in ("age", "claims", "home_value", "window_count")]
    for seed in range(50):
        said = ordinary(Random(seed), "home-insurance", fields)
        assert 18 <= int(str(said["age"])) < 100
        assert int(str(said["claims"])) < 10
        assert int(str(said["home_value"])) >= 100_000
        assert 1 < int(str(said["window_count"])) < 50


def test_the_buyer_who_signs_in_buys_everywhere_may_edit_and_accepts() -> None:
    market = read_market_text(MARKET_FILE.read_text(), suffix=".yaml")
    buyer = next(one for one in market.companies if one.key == BUYERS_COMPANY)
    anywhere = [one for one in buyer.campaigns if not one.where or one.where.countries == ["US"]]
    assert len({one.product for one in anywhere if one.status == "active"}) >= 4
    assert buyer.buyer_may
    assert "/refuse" not in repr(buyer)


@pytest.mark.parametrize(
    ("count", "cases"), [(0, 0), (1, 0), (2, 1), (5, 4), (6, 5), (12, 5), (40, 5), (300, 5)]
)
def test_every_case_stands_among_ordinary_leads_when_there_are_enough(count: int, cases: int) -> None:
    market = read_demo_market(MARKET_FILE.read_text())
    wanted = asked(market.sellers, seed=1, count=count)
    assert len(wanted) == count
    assert len({one.about for one in wanted} - {""}) == cases
    assert all(one.about == "" for one in wanted[:1])


def test_the_same_seed_asks_the_same_and_another_asks_otherwise() -> None:
    sellers = read_demo_market(MARKET_FILE.read_text()).sellers
    assert asked(sellers, 1, 20) == asked(sellers, 1, 20)
    assert asked(sellers, 1, 20) != asked(sellers, 2, 20)


@pytest.mark.parametrize("arguments", [["--leads", "-1"], ["--leads", "many"], ["--leads", "10001"]])
def test_a_wrong_count_is_told_and_nothing_is_started(tmp_path: Path, arguments: list[str]) -> None:
    with Demo(tmp_path / "data", *arguments) as demo:
        _, stderr = demo.process.communicate(timeout=30)
    told = f"{arguments[1]!r} is not a whole number up to 10000"
    assert (demo.process.returncode, stderr.count("\n")) == (2, 1)
    assert told in stderr
    assert not (tmp_path / "data").exists()
