"""Many feedbacks from a file: looked over before anything is done, then heard one by one, each told of."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadhouse.capture.files.csv_file import CsvFault
from leadhouse.feedback.bulk.decide import MOST_FILES, forecast, named_by, read_rows
from leadhouse.feedback.bulk.queries import forget_files, move_file
from leadhouse.feedback.bulk.reading import MOST_BYTES, read_file
from leadhouse.feedback.bulk.step import propose, step
from leadhouse.feedback.bulk.types import FileState, Known, Posted, RowState
from leadhouse.feedback.types import Kind, Reason
from leadhouse.kit.ids import new_id
from leadhouse.parties.current import market
from leadhouse.store.run import execute, rows, value
from tests.delivery_world import Sale, run, sell, wallet
from tests.feedback.test_hearing import delivered, window_of

Told = tuple[int, str, str | None, int]
SOMETHING = new_id()
ROWS = "SELECT number, state, code, credit_minor FROM feedback_row ORDER BY number"


def company() -> int:
    return next(one.id for one in market().companies.values() if one.key == "c0")


def told() -> list[Told]:
    return rows(ROWS, {}, lambda number, state, code, credit: (number, state, code, credit))


def proposed(text: str, by: str = "a@c0.example") -> UUID:
    found = propose(read_file(text.encode()), company(), name="said.csv", by=by, currency="USD")
    assert found is not None
    return found


def further() -> Sale:
    """One more lead that the same company was delivered."""
    sale = sell(0)
    run()
    return sale


@pytest.mark.django_db
@pytest.mark.req("R004-35")
def test_every_row_is_told_of_before_anything_is_done_and_after() -> None:
    first = delivered(0, 1)
    second, third = further(), further()
    other = first.assignments[1]
    window_of(third, timedelta(hours=-1))
    text = "Type;Delivery;LEAD;reason;value;email\n" + "\n".join(
        [
            f"rejection;{first.assignments[0]};;wrong_number;;x@example.com",
            f"Conversion;;{second.lead_id};;1500.00;",
            f"rejection;{third.assignments[0]};;bogus;;",
            f"return;{third.assignments[0]};;bogus;;",
            f"rejection;{first.assignments[0]};;other;;",
            f"rejection;{second.assignments[0]};;because;;",
            f"rejection;{other};;bogus;;",
            f"rejection;{new_id()};;bogus;;",
            "rejection;12;;bogus;;",
            ";;;;;",
            f";{second.assignments[0]};;;;",
            "praise;x;;;;",
            "rejection;;;bogus;;",
        ]
    )
    file_id = proposed(text)
    before: list[Told] = [
        (2, "ready", None, 2_500),
        (3, "ready", None, 0),
        (4, "left_out", "window_closed", 0),
        (5, "ready", None, 0),
        (6, "left_out", "twice", 0),
        (7, "left_out", "invalid_field", 0),
        (8, "left_out", "unknown_delivery", 0),
        (9, "left_out", "unknown_delivery", 0),
        (10, "left_out", "unknown_delivery", 0),
        (13, "left_out", "invalid_field", 0),
        (14, "left_out", "missing_field", 0),
    ]
    assert told() == before
    assert value("SELECT silent FROM feedback_file", {}, int) == 1
    assert step(100) == 0
    assert value("SELECT count(*) FROM feedback_response", {}, int) == 0
    assert move_file(file_id, company(), FileState.PROPOSED, FileState.RUNNING)
    assert not move_file(file_id, company(), FileState.PROPOSED, FileState.RUNNING)
    assert step(2) == 2
    assert value("SELECT state FROM feedback_file", {}, str) == "running"
    assert step(100) == 1
    assert value("SELECT state FROM feedback_file", {}, str) == "finished"
    taken = [(n, "taken" if state == "ready" else state, code, credit) for n, state, code, credit in before]
    assert told() == taken
    assert wallet(0)[2] == 2_500
    heard = rows(
        "SELECT kind, reason, value_minor FROM feedback_response ORDER BY kind", {}, lambda *one: one
    )
    assert heard == [
        ("conversion", None, 150_000),
        ("rejection", "wrong_number", None),
        ("return", "bogus", None),
    ]
    assert step(100) == 0


@pytest.mark.django_db
def test_what_changed_since_it_was_looked_over_is_told_of_its_row_and_others_go_on() -> None:
    first = delivered(0)
    second = further()
    one, two = first.assignments[0], second.assignments[0]
    text = f"type,delivery,reason\nrejection,{one},bogus\nreturn,{two},bogus\n"
    file_id = proposed(text)
    window_of(first, timedelta(seconds=-1))
    move_file(file_id, company(), FileState.PROPOSED, FileState.RUNNING)
    step(100)
    assert told() == [(2, "refused", "window_closed", 0), (3, "taken", None, 0)]
    assert wallet(0)[2] == 0
    again = proposed(text)
    assert [code for _, _, code, _ in told() if code] == ["window_closed", "already_heard", "already_heard"]
    assert again != file_id


@pytest.mark.django_db
def test_one_delivery_by_three_names_is_one_credit() -> None:
    first = delivered(0)
    (one,) = first.assignments
    names = f"{first.lead_id},", f",{one}", f",{str(one).upper()}", f",{{{one}}}"
    file_id = proposed("lead,delivery,type,reason\n" + "".join(f"{name},rejection,bogus\n" for name in names))
    twice: list[Told] = [(number, "left_out", "twice", 0) for number in (3, 4, 5)]
    assert told() == [(2, "ready", None, 2_500), *twice]
    assert "Row 2 says this already" in rows("SELECT told FROM feedback_row WHERE number = 5", {}, str)
    move_file(file_id, company(), FileState.PROPOSED, FileState.RUNNING)
    assert step(100) == 1
    assert told() == [(2, "taken", None, 2_500), *twice]
    assert wallet(0)[2] == 2_500


@pytest.mark.django_db
def test_what_another_file_has_said_meanwhile_is_refused_and_brings_nothing() -> None:
    (one,) = delivered(0).assignments
    text = f"delivery,type,reason\n{one},rejection,bogus\n"
    for file_id in [proposed(text, by) for by in ("a@c0.example", "b@c0.example")]:
        move_file(file_id, company(), FileState.PROPOSED, FileState.RUNNING)
    assert step(100) == 2
    assert sorted(told()) == [(2, "refused", "already_heard", 0), (2, "taken", None, 2_500)]
    assert wallet(0)[2] == 2_500


@pytest.mark.django_db
def test_a_row_that_cannot_be_heard_keeps_no_other_from_its_turn() -> None:
    ids = [delivered(0).assignments[0], further().assignments[0]]
    file_id = proposed("delivery,type\n" + "".join(f"{one},conversion\n" for one in ids))
    execute("UPDATE feedback_row SET assignment_id = NULL WHERE number = 2", {})
    move_file(file_id, company(), FileState.PROPOSED, FileState.RUNNING)
    assert step(100) == 2
    assert told() == [(2, "refused", "failed", 0), (3, "taken", None, 0)]


@pytest.mark.django_db
def test_a_stopped_file_goes_on_where_it_was_and_a_foreign_one_is_nobodys() -> None:
    first = delivered(0)
    second = further()
    ids = [first.assignments[0], second.assignments[0]]
    file_id = proposed("delivery,type\n" + "".join(f"{one},conversion\n" for one in ids))
    assert not move_file(file_id, company() + 1, FileState.PROPOSED, FileState.RUNNING)
    move_file(file_id, company(), FileState.PROPOSED, FileState.RUNNING)
    assert step(1) == 1
    move_file(file_id, company(), FileState.RUNNING, FileState.STOPPED)
    assert step(10) == 0
    move_file(file_id, company(), FileState.STOPPED, FileState.RUNNING)
    assert step(10) == 1
    assert {state for _, state, _, _ in told()} == {"taken"}
    assert forget_files(10) == 0
    execute("UPDATE feedback_file SET ended_at = ended_at - interval '91 days'", {})
    assert forget_files(10) == 1
    assert told() == []


def files() -> list[tuple[str, str]]:
    return rows("SELECT by, state FROM feedback_file ORDER BY created_at, id", {}, lambda *one: one)


@pytest.mark.django_db
def test_a_person_has_one_unconfirmed_file_and_a_company_its_latest_twenty() -> None:
    (one,) = delivered(0).assignments
    text = f"delivery,type\n{one},conversion\n"
    other = proposed(text, "b@c0.example")
    for _ in range(3):
        latest = proposed(text)
    assert files() == [("b@c0.example", "proposed"), ("a@c0.example", "proposed")]
    move_file(other, company(), FileState.PROPOSED, FileState.RUNNING)
    move_file(latest, company(), FileState.PROPOSED, FileState.RUNNING)
    move_file(latest, company(), FileState.RUNNING, FileState.STOPPED)
    for _ in range(MOST_FILES):
        move_file(proposed(text), company(), FileState.PROPOSED, FileState.RUNNING)
        execute(
            "UPDATE feedback_file SET state = 'finished' WHERE state = 'running' AND by = 'a@c0.example'", {}
        )
    assert files() == [("b@c0.example", "running"), *[("a@c0.example", "finished")] * (MOST_FILES - 1)]
    assert len(told()) == MOST_FILES
    execute("UPDATE feedback_file SET state = 'running'", {})
    with pytest.raises(CsvFault, match="20 files are under way"):
        proposed(text)
    assert len(files()) == MOST_FILES


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no header row"),
        (b"lead,reason\n", "no column “type”"),
        (b"type,reason\n", "no column “delivery”"),
        (b"type,delivery," + b"x" * 40_000 + b"\nrejection,1,2\n", "longer than 32768 characters"),
        (b"x" * (MOST_BYTES + 1), "larger than 8 MiB"),
        ("delivery,type\n" + "x,return\n" * 20_001, "more than 20,000 rows"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(content: bytes | str, why: str) -> None:
    with pytest.raises(CsvFault, match=why):
        read_file(content.encode() if isinstance(content, str) else content)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.lists(
        st.builds(
            Posted,
            st.integers(2, 10_000),
            st.dictionaries(
                st.sampled_from(("delivery", "lead", "type", "reason", "value")),
                st.one_of(
                    st.text(max_size=20),
                    st.sampled_from(
                        [*Kind, *Reason, "12.50", "-1", str(new_id()), "019a0000-0000-7000-8000-00000000000a"]
                    ),
                ),
            ),
        ),
        max_size=12,
        unique_by=lambda one: one.number,
    )
)
def test_whatever_stands_in_a_row_it_is_ready_once_or_says_why_not(posted: list[Posted]) -> None:
    read = read_rows(posted, "USD")
    # Whatever they call it, all rows mean one delivery.
    known = {
        one.number: Known(one.number, SOMETHING, "accepted", 2_500, True, False, False)
        for one in read
        if named_by(one)
    }
    found = forecast(read, known)
    assert [one.number for one in found] == [one.number for one in posted]
    ready = [(one.assignment_id, one.kind) for one in found if one.state is RowState.READY]
    assert len(ready) == len(set(ready))
    for one in found:
        if one.state is RowState.READY:
            assert (one.kind in tuple(Kind), one.code, one.told) == (True, None, "")
        else:
            assert one.code
            assert one.told
            assert one.credit_minor == 0
    rejected = {one.number for one in read if one.state is RowState.READY and one.kind == Kind.REJECTION}
    assert sum(one.credit_minor for one in found) == (2_500 if rejected else 0)
