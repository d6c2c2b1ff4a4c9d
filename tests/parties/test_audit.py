"""The audit log has every change of what is configured, and is never changed itself."""

import pytest
from django.db import DatabaseError

from leadhouse.parties.apply import apply
from leadhouse.parties.audit.queries import authors, find_notes
from leadhouse.parties.audit.types import COMMAND_LINE, Note, NoteFilters
from leadhouse.parties.differences import HIDDEN
from leadhouse.store.run import execute, transaction
from tests.parties.markets import at, documents, small

pytestmark = pytest.mark.django_db
EVERYTHING = NoteFilters()


def told(notes: list[Note]) -> list[tuple[str, str, object, object]]:
    return [(one.action, one.path, one.old, one.new) for one in notes]


def test_applying_a_file_is_noted_with_old_and_new_values() -> None:
    tree = small()
    apply(documents(tree))
    first = find_notes(EVERYTHING)
    assert {one.by for one in first} == {COMMAND_LINE}
    tree["products"][0]["name"] = "Roofs"
    apply(documents(tree), by="olga@example.com")
    (note,) = find_notes(NoteFilters(by="olga@example.com"))
    path = f"products[{tree['products'][0]['key']}].name"
    assert (note.action, note.what, note.path, note.new) == ("change", "product", path, "Roofs")
    assert authors() == [COMMAND_LINE, "olga@example.com"]
    apply(documents(tree), by="olga@example.com")
    assert len(find_notes(EVERYTHING)) == len(first) + 1


def test_what_is_added_shows_its_new_values_and_what_is_closed_its_old_ones_without_secrets() -> None:
    tree = small()
    notify = {"url": "https://source.example/told", "secret": "a-secret-not-to-be-told"}
    at(tree, "sources", 0)["notify"] = notify
    apply(documents(tree))
    added = find_notes(EVERYTHING, limit=500)
    values = {one.path: one.new for one in added if one.action == "add"}
    assert values["market"] == at(tree, "market")
    source = values["sources[site]"]
    assert isinstance(source, dict)
    assert (source["notify"], source["notify.secret"]) == ({"url": notify["url"]}, HIDDEN)
    west = "companies[acme].campaigns[acme-west]"
    assert values[west] == {"key": "acme-west", "product": "roofing", "bids": {"duo": "35.00"}}
    at(tree, "companies", 0)["campaigns"] = []
    apply(documents(tree), by="olga@example.com")
    assert told(find_notes(NoteFilters(by="olga@example.com"))) == [("close", west, values[west], None)]
    assert "not-to-be-told" not in repr(find_notes(EVERYTHING, limit=500))


def test_keys_made_are_noted_and_none_of_them_told() -> None:
    tree = small()
    for source in tree["sources"]:
        source.pop("api_key", None)
    made = apply(documents(tree)).generated_keys
    noted = find_notes(NoteFilters(what="key"))
    assert {one.path for one in noted} == {one.path for one in made}
    assert all(one.key not in repr(find_notes(EVERYTHING, limit=500)) for one in made)


def test_notes_are_filtered_and_come_in_pages_newest_first() -> None:
    apply(documents(small()))
    everything = find_notes(EVERYTHING, limit=500)
    ids = [one.id for one in everything]
    assert ids == sorted(ids, reverse=True)
    assert find_notes(EVERYTHING, before=ids[1], limit=2) == everything[2:4]
    assert {one.what for one in find_notes(NoteFilters(what="company"))} == {"company"}
    assert find_notes(NoteFilters(path="COMPANIES[")) == [
        one for one in everything if "companies[" in one.path
    ]
    assert find_notes(NoteFilters(since=everything[0].at, until=everything[0].at)) == []


@pytest.mark.parametrize("statement", ["UPDATE parties_audit SET by = 'me'", "DELETE FROM parties_audit"])
def test_the_log_only_grows(statement: str) -> None:
    apply(documents(small()))
    with pytest.raises(DatabaseError, match="append-only"), transaction():
        execute(statement, {})
