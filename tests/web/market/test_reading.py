"""What a form shows and what it makes of it are the same: untouched texts are the entry as it was."""

import pytest

from leadhouse.parties.document import Document
from leadhouse.parties.documents import (
    STEP_MODELS,
    STEP_TAGS,
    CampaignDocument,
    CompanyDocument,
    EmailMethod,
    HttpMethod,
    MarketDocument,
    PortalMethod,
    ProductDocument,
    SourceDocument,
)
from leadhouse.parties.edits import Edit
from leadhouse.parties.entries import Config, EntryKind, Stored, StoredEntry, entries_of
from leadhouse.parties.market_file import read_market_file
from leadhouse.web.market import reading
from leadhouse.web.market.editor import Editor
from leadhouse.web.market.forms import FORMS
from leadhouse.web.market.parts import Repeat
from leadhouse.web.market.raw import acted, raw_of, text
from leadhouse.web.market.showing import blamable, shown
from tests.parties.markets import EXAMPLES
from tests.web.market.forms import posted


def _stored(name: str) -> Stored:
    file = read_market_file(EXAMPLES / name)
    entries = {
        one.name: StoredEntry(one.kind, number, one.key, one.config, one.secrets, False, one.owner, False)
        for number, one in enumerate(entries_of(file), start=1)
    }
    return Stored(file.market.model_dump(exclude_unset=True), entries)


DEMO = _stored("demo.yaml")


def editor_of(entry: StoredEntry) -> Editor:
    return Editor(entry.kind, entry.key, entry.owner, entry.config, "seen", DEMO)


def campaign(**config: object) -> Editor:
    former: Config = {"key": "one", "product": "roofing", **config}
    return Editor(EntryKind.CAMPAIGN, "one", "acme", former, "seen", DEMO)


def edited(editor: Editor, **texts: object) -> Config:
    """Return the entry after somebody typed into its form."""
    raw = raw_of(posted(reading.written(editor.parts, editor.former)))
    for name, typed in texts.items():
        query = posted({})
        query.setlist(name.replace("__", "."), [str(typed)])
        raw = _merged(raw, raw_of(query))
    return editor.config(raw)


def _merged(raw: object, other: object) -> dict:  # type: ignore[type-arg]
    both = dict(raw) if isinstance(raw, dict) else {}
    for key, value in (other if isinstance(other, dict) else {}).items():
        both[key] = _merged(both.get(key), value) if isinstance(value, dict) else value
    return both


@pytest.mark.parametrize("kind", list(EntryKind))
def test_every_entry_of_the_demo_market_comes_back_as_it_was(kind: EntryKind) -> None:
    entries = [one for one in DEMO.entries.values() if one.kind is kind]
    assert entries
    for one in entries:
        assert edited(editor_of(one)) == one.config, one.key


def test_the_markets_own_block_comes_back_as_it_was() -> None:
    editor = Editor(None, "market", None, DEMO.market or {}, "seen", DEMO)
    assert editor.config(raw_of(posted(reading.written(editor.parts, editor.former)))) == DEMO.market


def test_a_default_that_the_form_shows_is_not_written() -> None:
    assert edited(campaign()) == {"key": "one", "product": "roofing"}
    assert edited(campaign(), priority="0", status="active") == {"key": "one", "product": "roofing"}
    assert edited(campaign(priority=0), status="paused") == {
        "key": "one",
        "product": "roofing",
        "priority": 0,
        "status": "paused",
    }


def test_what_is_typed_becomes_what_the_file_would_say() -> None:
    found = edited(
        campaign(bids={"duo": "35.00"}),
        bids__duo="36.00",
        bids__others="5: 12.00, 6: 10",
        caps__day__count="25",
        caps__day__money="500.00",
        where__states="WY, CO",
        where__counties="Carbon, WY\nLaramie, WY",
        where__radius__miles="2.5",
        schedule__set="on",
        schedule__mon="09:00-12:00, 13:00-17:00",
    )
    assert found == {
        "key": "one",
        "product": "roofing",
        "bids": {"duo": "36.00", "5": "12.00", "6": "10"},
        "caps": {"day": {"count": 25, "money": "500.00"}},
        "where": {
            "states": ["WY", "CO"],
            "counties": ["Carbon, WY", "Laramie, WY"],
            "radius": {"miles": 2.5},
        },
        "schedule": {"mon": ["09:00-12:00", "13:00-17:00"]},
    }


def test_what_is_emptied_is_left_out() -> None:
    assert edited(
        campaign(where={"states": ["WY"]}, caps={"day": {"count": 5}}), where__states="", caps__day__count=""
    ) == {
        "key": "one",
        "product": "roofing",
    }


def test_a_typing_error_is_kept_as_it_was_typed_for_its_fault() -> None:
    assert edited(campaign(), caps__day__count="many")["caps"] == {"day": {"count": "many"}}


def test_what_the_form_has_no_place_for_is_kept() -> None:
    editor = Editor(
        EntryKind.CAMPAIGN, "one", "acme", {"key": "one", "product": "roofing", "later": [1]}, "s", DEMO
    )
    assert edited(editor)["later"] == [1]


def test_a_method_of_another_kind_keeps_nothing_of_the_former() -> None:
    deliver = [{"method": "http", "url": "https://a.example", "timeout_ms": 5000}, {"method": "portal"}]
    raw = raw_of(posted(reading.written(FORMS[EntryKind.CAMPAIGN][6].parts, {"deliver": deliver})))
    editor = campaign(deliver=deliver)
    base = reading.written(editor.parts, editor.former)
    acted(base, "up:deliver.1")
    assert editor.config(raw_of(posted(base)))["deliver"] == [deliver[1], deliver[0]]
    assert text(raw["deliver"]["0"], "url") == "https://a.example"  # type: ignore[index,call-overload]
    found = edited(editor, deliver__0__method="email", deliver__0__to="desk@a.example")
    assert found["deliver"] == [{"method": "email", "to": ["desk@a.example"]}, {"method": "portal"}]


def test_buttons_add_remove_and_move() -> None:
    editor = campaign(deliver=[{"method": "portal"}])
    raw = reading.written(editor.parts, editor.former)
    assert acted(raw, "add:deliver") == "deliver.1"
    assert editor.config(raw)["deliver"] == [{"method": "portal"}, {"method": "http"}]
    assert acted(raw, "remove:deliver.0") == "deliver.0"
    assert editor.config(raw)["deliver"] == [{"method": "http"}]
    for nonsense in ("remove:deliver.9", "up:deliver.0", "remove:deliver", "burn:deliver.0", "", "up:a.b.c"):
        acted(raw, nonsense)
    assert editor.config(raw)["deliver"] == [{"method": "http"}]


def test_a_rule_is_built_group_by_group() -> None:
    editor = campaign()
    raw = reading.written(editor.parts, editor.former)
    assert acted(raw, "condition:criteria.rules") == "criteria.rules.0"
    assert acted(raw, "group:criteria.rules") == "criteria.rules.1"
    found = edited_rule(
        editor,
        raw,
        {
            "criteria.rules.0.field": "state",
            "criteria.rules.0.operator": "in",
            "criteria.rules.0.value": "WY, CO",
            "criteria.rules.1.not": "on",
            "criteria.rules.1.rules.0.field": "estimate_high",
            "criteria.rules.1.rules.0.operator": "between",
            "criteria.rules.1.rules.0.value.0": "10",
            "criteria.rules.1.rules.0.value.1": "20.50",
        },
    )
    assert found == {
        "combinator": "and",
        "rules": [
            {"field": "state", "operator": "in", "value": ["WY", "CO"]},
            {
                "combinator": "or",
                "not": True,
                "rules": [{"field": "estimate_high", "operator": "between", "value": [10, "20.50"]}],
            },
        ],
    }


def edited_rule(editor: Editor, raw: object, texts: dict[str, str]) -> object:
    query = posted({})
    for name, typed in texts.items():
        query.setlist(name, [typed])
    return editor.config(_merged(raw, raw_of(query)))["criteria"]


def test_every_part_has_a_place_of_its_own() -> None:
    method, rule = {"method": "http", "url": "x"}, {"bids": {"duo": "1"}}
    editor = campaign(deliver=[method], bid_rules=[rule], schedule={"mon": ["09:00-17:00"]})
    raw = reading.written(editor.parts, editor.former)
    names = [
        one.name
        for section in shown(editor.sections, raw, editor.drawing(raw))
        for one in blamable(section.parts)
    ]
    assert len(names) == len(set(names))
    assert {"deliver.0.accept.path", "bid_rules.0.where.radius.miles", "schedule.mon", "bids.duo"} <= set(
        names
    )


def test_an_edit_of_a_campaign_names_its_company_and_version() -> None:
    editor = campaign()
    raw = reading.written(editor.parts, editor.former)
    assert editor.edit(raw, "v1") == Edit(
        EntryKind.CAMPAIGN, "one", {"key": "one", "product": "roofing"}, "v1", "acme"
    )


@pytest.mark.parametrize(
    ("kind", "document"),
    [
        (EntryKind.PRODUCT, ProductDocument),
        (EntryKind.SOURCE, SourceDocument),
        (EntryKind.COMPANY, CompanyDocument),
        (EntryKind.CAMPAIGN, CampaignDocument),
        (None, MarketDocument),
    ],
)
def test_the_form_has_a_place_for_every_key_of_the_market_file(
    kind: EntryKind | None, document: type[Document]
) -> None:
    own = {part.key for section in FORMS[kind] for part in section.parts}
    # Keys are given on the entry's page; campaigns are entries of their own.
    assert own == set(document.model_fields) - {"api_key", "campaigns"}


@pytest.mark.parametrize(
    ("method", "document"), [("http", HttpMethod), ("email", EmailMethod), ("portal", PortalMethod)]
)
def test_the_form_has_a_place_for_every_key_of_a_method(method: str, document: type[Document]) -> None:
    deliver = next(part for part in FORMS[EntryKind.CAMPAIGN][6].parts if isinstance(part, Repeat))
    assert {part.key for part in deliver.variants[method]} == set(document.model_fields) - {"method"}


def test_the_form_has_a_place_for_every_step_of_a_flow() -> None:
    flow = next(
        part
        for section in FORMS[EntryKind.PRODUCT]
        for part in section.parts
        if isinstance(part, Repeat) and part.key == "flow"
    )
    assert flow.tag is not None
    assert {step for step, _ in flow.tag.choices} == set(STEP_TAGS)
    for step, tag in STEP_TAGS.items():
        parts = {part.key for part in flow.variants.get(step, ())}
        assert parts == set(STEP_MODELS[tag].model_fields) - {"step"}, step
