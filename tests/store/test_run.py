"""Statements run over Django's connection and come back as typed rows."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest
from django.db import DataError, IntegrityError, OperationalError
from psycopg.types.json import Jsonb

from leadhouse.store.run import (
    RacedError,
    copy,
    database_now,
    execute,
    patiently,
    row,
    rows,
    transaction,
    value,
)

pytestmark = pytest.mark.django_db


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Painted:
    id: UUID
    colour: Colour | None
    tags: tuple[str, ...]
    facts: dict[str, object]


class Pair(NamedTuple):
    left: int
    right: str


def test_a_dataclass_is_built_by_position_with_its_enums_tuples_and_json() -> None:
    id_ = uuid4()
    found = rows(
        "SELECT %(id)s::uuid, 'red', ARRAY['a', 'b'], %(facts)s::jsonb",
        {"id": id_, "facts": {"at": datetime(2026, 1, 2, tzinfo=UTC), "colour": Colour.RED, "n": [1, None]}},
        Painted,
    )
    facts = {"at": "2026-01-02T00:00:00Z", "colour": "red", "n": [1, None]}
    assert found == [Painted(id_, Colour.RED, ("a", "b"), facts)]
    assert isinstance(found[0].colour, Colour)


def test_null_stays_none_in_a_record() -> None:
    assert row("SELECT NULL::uuid, NULL, NULL, NULL", {}, Painted) == Painted(None, None, None, None)  # type: ignore[arg-type]


def test_named_tuples_and_plain_types_are_rows_too() -> None:
    assert rows("SELECT n, n::text FROM generate_series(1, 2) n", {}, Pair) == [Pair(1, "1"), Pair(2, "2")]
    assert rows("SELECT generate_series(1, 3)", {}, int) == [1, 2, 3]
    assert value("SELECT 'red'", {}, Colour) is Colour.RED
    assert value("SELECT 1.5::numeric", {}, float) == 1.5
    assert value("SELECT '{\"a\": 1}'::jsonb", {}, dict[str, int]) == {"a": 1}
    assert rows("SELECT 1, 2", {}, lambda left, right: left + right) == [3]


def test_a_row_is_none_when_there_is_none_or_only_null() -> None:
    assert row("SELECT 1 WHERE false", {}, int) is None
    assert row("SELECT max(n) FROM generate_series(1, 0) n", {}, int) is None


def test_one_row_asked_for_and_several_found_is_an_error() -> None:
    with pytest.raises(LookupError, match="several rows"):
        row("SELECT generate_series(1, 2)", {}, int)


def test_a_value_asked_for_and_none_found_is_an_error() -> None:
    with pytest.raises(LookupError, match="no value"):
        value("SELECT 1 WHERE false", {}, int)


def test_a_value_of_another_type_is_an_error() -> None:
    with pytest.raises(TypeError, match="'7' where int was asked for"):
        value("SELECT '7'", {}, int)


def test_a_statement_is_planned_for_its_values_only_where_that_is_asked_for() -> None:
    mode = "SELECT current_setting('plan_cache_mode')"
    assert rows(mode, {}, str, replan=True) == ["force_custom_plan"]
    assert rows(mode, {}, str) == ["force_generic_plan"]
    with pytest.raises(DataError), transaction():
        rows("SELECT 1 / %(nothing)s::int", {"nothing": 0}, int, replan=True)
    assert rows(mode, {}, str) == ["force_generic_plan"]


def test_execute_returns_how_many_rows_it_touched() -> None:
    execute("CREATE TEMPORARY TABLE thing (id int PRIMARY KEY, facts jsonb[])", {})
    assert execute("INSERT INTO thing (id) SELECT unnest(%(ids)s::int[])", {"ids": [1, 2, 3]}) == 3
    assert execute("UPDATE thing SET facts = %(facts)s WHERE id = 1", {"facts": [{"a": 1}, {}]}) == 1
    assert value("SELECT facts FROM thing WHERE id = 1", {}, list) == [{"a": 1}, {}]
    assert execute("DELETE FROM thing WHERE false", {}) == 0


def test_lists_of_anything_go_in_column_by_column() -> None:
    ids, instants = [uuid4(), uuid4()], [datetime(2026, 1, 1, tzinfo=UTC), None]
    found = rows(
        "SELECT id, at FROM unnest(%(ids)s::uuid[], %(at)s::timestamptz[]) AS given (id, at)",
        {"ids": ids, "at": instants},
        lambda id_, at: (id_, at),
    )
    assert found == list(zip(ids, instants, strict=True))


def test_texts_in_lists_come_back_as_they_went() -> None:
    texts = ['quoted "', "back\\slash", "{brace,comma}", "", "NULL", None, "Zoë 😀"]
    given = {"texts": texts, "bytes": [b"\\x00", b""], "numbers": [1, None, 2**40]}
    found = row("SELECT %(texts)s::text[], %(bytes)s::bytea[], %(numbers)s::bigint[]", given, _together)
    assert found == (texts, [b"\\x00", b""], [1, None, 2**40])


def test_lists_without_a_value_take_any_type() -> None:
    asked = "SELECT %(none)s::uuid[], %(null)s::timestamptz[], %(neither)s::jsonb[]"
    assert row(asked, {"none": [], "null": [None], "neither": []}, _together) == ([], [None], [])


def _together(*values: object) -> tuple[object, ...]:
    return values


def test_a_wrapped_list_is_one_json_value() -> None:
    assert value("SELECT jsonb_array_length(%(list)s)", {"list": Jsonb([1, 2, 3])}, int) == 3


def test_copy_streams_rows_in() -> None:
    execute("CREATE TEMPORARY TABLE thing (id int, name text, facts jsonb)", {})
    records = ((n, f"no {n}" if n else None, {"double": 2 * n}) for n in range(1000))
    assert copy("COPY thing FROM STDIN (FORMAT BINARY)", ("int4", "text", "jsonb"), records) == 1000
    assert value("SELECT max(name) FROM thing", {}, str) == "no 999"
    assert (
        value("SELECT sum((facts ->> 'double')::int) FROM thing WHERE name IS NOT NULL", {}, int) == 999_000
    )


def test_a_broken_constraint_is_djangos_integrity_error() -> None:
    execute("CREATE TEMPORARY TABLE thing (id int PRIMARY KEY)", {})
    with pytest.raises(IntegrityError), transaction():
        execute("INSERT INTO thing VALUES (1), (1)", {})
    assert value("SELECT count(*) FROM thing", {}, int) == 0


def test_values_never_become_part_of_the_statement() -> None:
    assert value("SELECT %(name)s::text", {"name": "'; DROP TABLE x; --%s"}, str) == "'; DROP TABLE x; --%s"


@pytest.mark.parametrize("code", ["40001", "40P01"])
def test_what_only_came_at_a_bad_moment_is_done_again(code: str) -> None:
    tries = 0

    def act() -> int:
        nonlocal tries
        tries += 1
        with transaction():
            if tries < 3:
                execute(f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{code}'; END $$", {})
        return tries

    assert patiently(act) == 3


def test_other_trouble_is_raised_at_once() -> None:
    tries = 0

    def act() -> None:
        nonlocal tries
        tries += 1
        with transaction():
            execute("DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '57P01'; END $$", {})

    with pytest.raises(OperationalError):
        patiently(act)
    assert tries == 1


@pytest.mark.django_db(transaction=True)
def test_who_was_raced_begins_again() -> None:
    tries = 0

    def act() -> int:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise RacedError
        return tries

    assert patiently(act) == 3


@pytest.mark.django_db(transaction=True)
def test_a_prepared_statement_keeps_its_plan_in_its_connection() -> None:
    kept = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %(text)s"
    for prepare, plans in ((False, 0), (True, 1)):
        for number in range(3):
            assert value("SELECT %(number)s + 1", {"number": number}, int, prepare=prepare) == number + 1
        assert value(kept, {"text": "SELECT $1 + 1"}, int) == plans


def test_the_databases_now_goes_on_within_a_transaction_and_stands_still_within_a_statement() -> None:
    first = database_now()
    assert first.tzinfo is not None
    assert abs(first - datetime.now(UTC)) < timedelta(seconds=5)
    assert database_now() > first
    slow = "SELECT count(DISTINCT leadhouse_now()) FROM generate_series(1, 3) n, pg_sleep(n * 0.001)"
    assert value(slow, {}, int) == 1


@pytest.mark.parametrize(("offset", "seconds"), [("86400.5", 86400.5), ("-60", -60), ("", 0), ("0", 0)])
def test_the_clock_offset_of_a_connection_shifts_now(offset: str, seconds: float) -> None:
    execute("SELECT set_config('leadhouse.clock_offset_s', %(offset)s, true)", {"offset": offset})
    shift = value("SELECT extract(epoch FROM leadhouse_now() - statement_timestamp())", {}, float)
    assert shift == seconds
