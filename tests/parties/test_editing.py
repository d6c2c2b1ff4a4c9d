"""A single entry is changed as a file would change it: checked, told, applied whole, never over another's."""

from typing import cast

import pytest

from leadhouse.parties import queries
from leadhouse.parties.apply import Applied, apply
from leadhouse.parties.audit.queries import find_notes
from leadhouse.parties.audit.types import NoteFilters
from leadhouse.parties.editing import about, apply_edit, preview
from leadhouse.parties.edits import Edit, EditedMeanwhile, EditFaults, market_version, version_of
from leadhouse.parties.entries import Config, EntryKind
from leadhouse.parties.export import exported_tree, to_yaml
from leadhouse.parties.keys import digest
from leadhouse.parties.market_file import read_market_text
from leadhouse.parties.party_keys import revoke_keys, rotate_key
from leadhouse.parties.types import KeyKind
from tests.parties.markets import documents, small

pytestmark = pytest.mark.django_db
WEST = "companies[acme].campaigns[acme-west]"


@pytest.fixture(autouse=True)
def _market() -> None:
    apply(documents(small()))


def edit(kind: EntryKind, key: str, owner: str | None = None, **changes: object) -> Edit:
    """Return the edit of somebody who reads an entry now and changes some of its keys."""
    entry = queries.load_stored().entries[kind, key]
    config = {name: one for name, one in {**entry.config, **changes}.items() if one is not None}
    return Edit(kind, key, config, version_of(entry), owner)


def west(**changes: object) -> Edit:
    return edit(EntryKind.CAMPAIGN, "acme-west", "acme", **changes)


def fresh(key: str, owner: str = "acme", **config: object) -> Edit:
    return Edit(EntryKind.CAMPAIGN, key, {"key": key, "product": "roofing", **config}, owner=owner)


def lines(applied: Applied) -> list[tuple[str, object, object]]:
    return [(one.path, one.old, one.new) for one in applied.differences]


def refusals(one: Edit) -> tuple[list[str], list[str]]:
    with pytest.raises(EditFaults) as refusal:
        preview(one)
    with pytest.raises(EditFaults):
        apply_edit(one, by="olga")
    return [str(fault) for fault in refusal.value.own], [str(fault) for fault in refusal.value.others]


def exported() -> Config:
    return exported_tree(queries.load_stored())


def test_a_bid_is_changed_and_nothing_else() -> None:
    before = exported()
    changed = west(bids={"duo": "36.00"})
    assert [(one.path, one.old, one.new) for one in preview(changed)] == [
        (f"{WEST}.bids.duo", "35.00", "36.00")
    ]
    assert exported() == before
    applied = apply_edit(changed, by="olga@demo.example")
    assert lines(applied) == [(f"{WEST}.bids.duo", "35.00", "36.00")]
    cast(list[Config], cast(list[Config], before["companies"])[0]["campaigns"])[0]["bids"] = {"duo": "36.00"}
    assert exported() == before
    assert apply(read_market_text(to_yaml(exported()))) == Applied(())


def test_who_changed_what_is_kept_with_the_change() -> None:
    apply_edit(west(bids={"duo": "36.00"}), by="olga@demo.example")
    (note,) = find_notes(NoteFilters(by="olga@demo.example"))
    assert (note.action, note.path, note.old, note.new) == ("change", f"{WEST}.bids.duo", "35.00", "36.00")


def test_saving_what_is_there_changes_nothing() -> None:
    before = queries.revision()
    assert preview(west()) == []
    assert apply_edit(west(), by="olga") == Applied(())
    assert queries.revision() == before


def test_a_campaign_is_added_paused_closed_and_reopened() -> None:
    values = {"key": "acme-east", "product": "roofing", "bids": {"duo": "9.00"}}
    assert lines(apply_edit(fresh("acme-east", bids={"duo": "9.00"}), by="olga")) == [
        ("companies[acme].campaigns[acme-east]", None, values)
    ]
    east = edit(EntryKind.CAMPAIGN, "acme-east", "acme", status="paused")
    apply_edit(east, by="olga")
    closing = edit(EntryKind.CAMPAIGN, "acme-east", "acme")
    apply_edit(Edit(closing.kind, closing.key, None, closing.seen, "acme"), by="olga")
    assert "acme-east" not in to_yaml(exported())
    assert refusals(fresh("acme-east"))[0] == [
        "key: is the key of a closed one: reopen that, or choose another key"
    ]
    assert [
        one.kind.value
        for one in apply_edit(edit(EntryKind.CAMPAIGN, "acme-east", "acme"), by="olga").differences
    ] == ["reopen"]


def test_faults_stand_where_they_are_in_the_entry() -> None:
    own, others = refusals(west(bids={"duo": "much"}, where={"zips": ["1"]}, caps={"day": {"count": -1}}))
    assert own == [
        "bids.duo: 'much' is not an amount of money: write it like 12.50",
        'where.zips[0]: "1" is not a ZIP: write "82301", or "823*" for all that begin so; '
        "other countries' codes need `countries`",
        "caps.day.count: must not be negative",
    ]
    assert others == []


def test_a_key_is_given_once_whosever_it_is() -> None:
    assert refusals(fresh("acme-west"))[0] == ["key: is the key of another already"]
    assert refusals(fresh("zenith-all"))[0] == [
        "key: is the key of another company's campaign: choose another key"
    ]


def test_a_campaign_of_another_company_cannot_be_changed_as_ones_own() -> None:
    theirs = edit(EntryKind.CAMPAIGN, "zenith-all", "acme", bids={"exclusive": "1.00"})
    assert refusals(theirs)[0] == ["key: is the key of another company's campaign: choose another key"]
    assert refusals(Edit(theirs.kind, theirs.key, None, theirs.seen, "acme"))[0] != []


def test_a_product_is_not_changed_so_that_others_would_no_longer_fit() -> None:
    apply_edit(
        west(
            criteria={
                "combinator": "and",
                "rules": [{"field": "roof_type", "operator": "=", "value": "metal"}],
            }
        ),
        by="olga",
    )
    own, others = refusals(edit(EntryKind.PRODUCT, "roofing", fields=None))
    assert own == []
    assert others == [
        f'{WEST}.criteria.rules[0].field: unknown field "roof_type"',
    ]


def test_a_closed_company_takes_its_campaigns_with_it() -> None:
    acme = edit(EntryKind.COMPANY, "acme")
    closed = apply_edit(Edit(EntryKind.COMPANY, "acme", None, acme.seen), by="olga")
    assert [one.path for one in closed.differences] == ["companies[acme]", WEST]


def test_of_two_who_edit_the_same_the_second_sees_what_the_first_did() -> None:
    first, second = west(bids={"duo": "36.00"}), west(bids={"duo": "30.00"})
    apply_edit(first, by="olga")
    for act in (preview, lambda one: apply_edit(one, by="otto")):
        with pytest.raises(EditedMeanwhile) as refusal:
            act(second)
        assert refusal.value.theirs == first.config
        assert refusal.value.version == west().seen
    apply_edit(Edit(second.kind, second.key, second.config, west().seen, "acme"), by="otto")
    assert west().config == second.config


def test_of_two_who_edit_different_things_both_are_kept() -> None:
    one, other = west(bids={"duo": "36.00"}), edit(EntryKind.SOURCE, "site", name="The site")
    apply_edit(one, by="olga")
    apply_edit(other, by="otto")
    assert (west().config, edit(EntryKind.SOURCE, "site").config) == (one.config, other.config)


def test_the_markets_own_block_is_edited_like_an_entry() -> None:
    stored = queries.load_stored()
    market = Edit(None, "market", {**(stored.market or {}), "name": "Large"}, market_version(stored))
    assert lines(apply_edit(market, by="olga")) == [("market.name", "Small", "Large")]
    with pytest.raises(EditedMeanwhile):
        preview(market)


def test_secrets_are_kept_though_the_screen_never_has_them() -> None:
    http = {"method": "http", "url": "https://buyer.example/leads"}
    apply_edit(west(deliver=[{**http, "secret": "whsec_c2VjcmV0"}]), by="olga")
    assert west().config == {**(west().config or {}), "deliver": [http]}
    apply_edit(west(bids={"duo": "37.00"}), by="olga")
    kept = queries.load_stored().entries[EntryKind.CAMPAIGN, "acme-west"].secrets
    assert kept == {"deliver[0].secret": "whsec_c2VjcmV0"}


def test_what_no_text_can_carry_is_a_fault() -> None:
    assert refusals(west(name="a\x00b"))[0] == ["name: has control characters: remove them"]


def test_an_edit_looks_at_what_it_has_to_do_with_only() -> None:
    seen = about(EntryKind.CAMPAIGN, "acme-west", "acme")
    assert {key for _, key in seen.entries} == {"roofing", "site", "acme", "acme-west"}
    seen = about(EntryKind.SOURCE, "site")
    assert {key for _, key in seen.entries} == {"roofing", "site"}
    apply_edit(west(sources={"only": ["site"]}), by="olga")
    assert {key for _, key in about(EntryKind.SOURCE, "site").entries} == {
        "roofing",
        "site",
        "acme",
        "acme-west",
    }


def test_a_source_that_campaigns_name_is_not_closed() -> None:
    apply_edit(west(bid_rules=[{"sources": ["site"], "bids": {"duo": "1.00"}}]), by="olga")
    site = edit(EntryKind.SOURCE, "site")
    assert refusals(Edit(EntryKind.SOURCE, "site", None, site.seen))[1] == [
        f'{WEST}.bid_rules[0].sources[0]: "site" is not a source of this market',
    ]


def test_a_key_is_changed_for_a_new_one_and_taken_back() -> None:
    key = rotate_key(KeyKind.SOURCE, "site", by="olga")
    held = queries.owner_of_key(digest(key))
    assert held is not None
    assert held.key == "site"
    assert queries.owner_of_key(digest("site-key")) is None
    revoke_keys(KeyKind.SOURCE, "site", by="olga")
    assert queries.owner_of_key(digest(key)) is None
    assert [one.revoked_at is None for one in queries.keys_of(KeyKind.SOURCE, held.id)] == [False, False]
    with pytest.raises(LookupError):
        rotate_key(KeyKind.COMPANY, "nobody", by="olga")


def test_whose_key_was_taken_back_is_given_none_by_an_edit_or_a_file() -> None:
    revoke_keys(KeyKind.SOURCE, "site", by="olga")
    assert apply_edit(west(bids={"duo": "36.00"}), by="olga").generated_keys == ()
    assert apply(read_market_text(to_yaml(exported()))) == Applied(())


def test_a_new_source_gets_a_key_that_is_told_once() -> None:
    new = Edit(EntryKind.SOURCE, "fresh", {"key": "fresh", "product": "roofing"})
    (made,) = apply_edit(new, by="olga").generated_keys
    assert made.path == "sources[fresh].api_key"
    assert queries.owner_of_key(digest(made.key)) is not None
