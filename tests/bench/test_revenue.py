"""The revenue's benchmark plays both policies, and fails where its answers do not agree."""

from pathlib import Path

import pytest
from msgspec import structs

from bench.apparatus.hindsight import Bound
from bench.apparatus.months import Case, Shelf
from bench.revenue import QUICK, check, check_play, check_unbudgeted, gap, result
from tests.project.running import leadhouse


def test_nobody_earns_more_than_the_bound() -> None:
    case = Case(seed=1, tightness=0.15, greedy=900, paced=950, bound=960.5)
    assert check(case) is case
    with pytest.raises(RuntimeError, match="more was earned than the bound allows"):
        check(Case(seed=1, tightness=0.15, greedy=900, paced=961, bound=960.5))


def test_a_run_broken_off_goes_on_with_the_months_that_it_finished(tmp_path: Path) -> None:
    shelf, case = (
        Shelf(tmp_path / "one code"),
        Case(seed=2, tightness=0.15, greedy=900, paced=950, bound=None),
    )
    assert shelf.case(2, 0.15) is None
    shelf.keep(case)
    shelf.keep(structs.replace(case, seed=3, bound=1_000.5))
    assert shelf.cases([1, 2, 3], [0.15, 0.3]) == [case, structs.replace(case, seed=3, bound=1_000.5)]
    assert Shelf(tmp_path / "another code").cases([1, 2, 3], [0.15]) == []
    assert Shelf.of_this_code() == Shelf.of_this_code()
    asked: list[str] = []
    assert [shelf.text("certified", lambda: asked.append("once") or "equal") for _ in (1, 2)] == ["equal"] * 2
    assert asked == ["once"]


def test_the_months_that_were_bounded_are_counted() -> None:
    cases = [Case(one, 0.15, 1_000, 1_050, bound) for one, bound in ((1, 1_100.0), (2, None))]
    told = result(cases, "equal", QUICK)
    assert told.notes["bounded"] == "1 of the months, by 200 steps each"
    assert told.notes["paced earned less than greedy"] == "in 0 of 2"
    assert told.figures[0].rounds == pytest.approx([5.0])


def test_the_house_earns_what_the_arrays_say() -> None:
    check_play(12_345, 12_345)
    with pytest.raises(
        RuntimeError, match="the house earns 12345 with leads for which the arrays earn 12346"
    ):
        check_play(12_345, 12_346)
    check_unbudgeted(12_345, 12_345.0)
    with pytest.raises(RuntimeError, match="without budgets 12345 is earned, and 12346"):
        check_unbudgeted(12_345, 12_346.0)


@pytest.mark.parametrize(
    "found",
    [
        Bound(1_000.0, 2_000.0),
        Bound(1_001.0, 2_000.0, solved=1_000.0, bound_there=1_001.0),
        Bound(999.0, 2_000.0, solved=1_000.0, bound_there=1_000.0),
        Bound(1_010.0, 2_000.0, solved=1_000.0, bound_there=1_000.0),
    ],
    ids=["not solved", "duality fails", "below the optimum", "far above the optimum"],
)
def test_a_bound_that_the_linear_program_does_not_certify_is_told(found: Bound) -> None:
    assert gap(Bound(1_001.0, 2_000.0, solved=1_000.0, bound_there=1_000.0)) == pytest.approx(0.001)
    with pytest.raises(RuntimeError):
        gap(found)


@pytest.mark.timeout(600)
def test_a_quick_look_plays_a_month_greedy_and_paced(tmp_path: Path) -> None:
    done = leadhouse(tmp_path, "bench", "revenue", "--quick", seconds=180)
    assert (done.returncode, done.stderr) == (0, "")
    for told in ("paced over greedy", "greedy best revenue", "1, of 600 leads against 60 campaigns each"):
        assert told in done.stdout
