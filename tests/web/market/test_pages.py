"""The market over HTTP: seen by staff, changed by operators, the same as `leadhouse export` writes."""

import re
from html import unescape

import pytest
from django.test import Client

from leadhouse.parties import current, queries
from leadhouse.parties.apply import Applied, apply
from leadhouse.parties.audit.queries import find_notes
from leadhouse.parties.audit.types import NoteFilters
from leadhouse.parties.entries import EntryKind
from leadhouse.parties.export import exported_tree, to_yaml
from leadhouse.parties.keys import digest
from leadhouse.parties.market_file import read_market_text
from leadhouse.parties.types import Role
from leadhouse.web.market import reading
from leadhouse.web.market.editor import open_editor
from leadhouse.web.market.raw import Raw, put
from tests.report.report_market import open_market, person, post, walk
from tests.web.console_desk import browser_of, operator
from tests.web.market.forms import posted

pytestmark = pytest.mark.django_db
WEST = "/campaigns/acme-west"
PAGES = (
    "/companies",
    "/companies/acme",
    WEST,
    "/sources",
    "/sources/calculator",
    "/products",
    "/products/roofing",
    "/market",
    "/market.yaml",
)
EDITORS = (
    "/market/add/company",
    "/companies/acme/edit",
    "/companies/acme/campaigns/add",
    f"{WEST}/edit",
    "/market/add/source",
    "/sources/calculator/edit",
    "/market/add/product",
    "/products/roofing/edit",
    "/market/edit",
)


@pytest.fixture(autouse=True)
def _market() -> None:
    open_market()


def form(kind: EntryKind | None, key: str, **texts: str) -> dict[str, object]:
    """Return what a browser sends for an entry's form after some typing, without the action."""
    editor = open_editor(kind, key)
    raw: Raw = reading.written(editor.parts, editor.former)
    for name, typed in texts.items():
        put(raw, name.replace("__", "."), typed)
    sent = dict(posted(raw).lists())
    return {**sent, "_seen": editor.seen}


def west(**texts: str) -> dict[str, object]:
    return form(EntryKind.CAMPAIGN, "acme-west", **texts)


def page(client: Client, address: str, sent: dict[str, object] | None = None, status: int = 200) -> str:
    answer = client.get(address) if sent is None else client.post(address, sent)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def bids(key: str) -> object:
    return queries.load_stored().entries[EntryKind.CAMPAIGN, key].config["bids"]


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_operators_see_and_edit_everything_and_analysts_only_see() -> None:
    reader, writer = browser_of("ana@demo.example", Role.ANALYST), operator()
    for address in PAGES:
        assert writer.get(address).status_code == reader.get(address).status_code == 200, address
    for address in EDITORS:
        assert writer.get(address).status_code == 200, address
        assert reader.get(address).status_code == 403, address
        assert reader.post(address, {"_do": "save"}).status_code == 403, address
    assert "Edit</a>" in page(writer, WEST)
    assert "Edit</a>" not in page(reader, WEST)


@pytest.mark.parametrize(
    ("role", "party"),
    [
        (Role.COMPANY_OWNER, {"company": "acme"}),
        (Role.COMPANY_AGENT, {"company": "acme"}),
        (Role.SOURCE_USER, {"source": "calculator"}),
    ],
)
def test_portal_users_neither_see_nor_change_the_market(role: Role, party: dict[str, str]) -> None:
    client = browser_of("one@elsewhere.example", role, **party)
    before = queries.revision()
    for address in (*PAGES, *EDITORS):
        assert client.get(address).status_code == 404, address
    presses = ("/entries/campaign/acme-west/act", "/keys/source/calculator", f"{WEST}/send-a-test", "/market")
    for address in presses:
        assert client.post(address, {"act": "pause", "_do": "apply"}).status_code == 404, address
    assert queries.revision() == before


def test_a_bid_is_edited_and_export_writes_what_the_page_shows() -> None:
    client = operator()
    told = page(client, f"{WEST}/edit?check", west(bids__duo="36.00"))
    assert "bids.duo 35.00 → 36.00" in words(told)
    assert bids("acme-west") == {"exclusive": "60.00", "duo": "35.00"}
    answer = client.post(f"{WEST}/edit", west(bids__duo="36.00") | {"_do": "save"})
    assert (answer.status_code, answer["Location"]) == (302, WEST)
    assert bids("acme-west") == {"exclusive": "60.00", "duo": "36.00"}
    shown = page(client, WEST)
    assert "Saved: 1 change." in words(shown)
    written = to_yaml(exported_tree(queries.load_stored()))
    assert page(client, "/market.yaml") == written
    assert apply(read_market_text(written)) == Applied(())
    (note,) = find_notes(NoteFilters(by="operator@demo.example"))
    assert (note.path, note.old, note.new) == (
        "companies[acme].campaigns[acme-west].bids.duo",
        "35.00",
        "36.00",
    )


def test_saving_an_untouched_form_changes_nothing() -> None:
    client, before = operator(), queries.revision()
    for kind, key, address in (
        (EntryKind.CAMPAIGN, "acme-west", f"{WEST}/edit"),
        (EntryKind.COMPANY, "acme", "/companies/acme/edit"),
        (EntryKind.SOURCE, "calculator", "/sources/calculator/edit"),
        (EntryKind.PRODUCT, "roofing", "/products/roofing/edit"),
        (None, "market", "/market/edit"),
    ):
        assert client.post(address, form(kind, key) | {"_do": "save"}).status_code == 302, address
    assert queries.revision() == before


def test_faults_stand_beside_their_fields_and_nothing_is_saved() -> None:
    client = operator()
    sent = west(bids__duo="much", where__zips="1", caps__day__count="-1")
    checked = page(client, f"{WEST}/edit?check", sent)
    for slot, said in (
        ("f-bids-duo", "not an amount of money"),
        ("f-where-zips", "not a ZIP"),
        ("f-caps-day-count", "negative"),
    ):
        (fault,) = re.findall(rf'id="{slot}-fault" hx-swap-oob="true">([^<]*)<', checked)
        assert said in fault
    assert "It cannot be saved yet." in checked
    saved = page(client, f"{WEST}/edit", sent | {"_do": "save"}, status=422)
    assert 'value="much"' in saved
    assert bids("acme-west") == {"exclusive": "60.00", "duo": "35.00"}


def test_whoever_comes_second_sees_both_and_may_save_over_it() -> None:
    client = operator()
    mine = west(bids__duo="30.00")
    client.post(f"{WEST}/edit", west(bids__duo="36.00") | {"_do": "save"})
    told = page(client, f"{WEST}/edit", mine | {"_do": "save"}, status=422)
    assert "Somebody else changed it meanwhile." in told
    assert "bids.duo 36.00 → 30.00" in words(told)
    assert bids("acme-west") == {"exclusive": "60.00", "duo": "36.00"}
    (seen,) = re.findall(r'name="_seen" value="([^"]*)"', told)
    client.post(f"{WEST}/edit", mine | {"_do": "save", "_seen": seen})
    assert bids("acme-west") == {"exclusive": "60.00", "duo": "30.00"}


def test_a_paused_campaign_gets_no_lead_and_a_resumed_one_does() -> None:
    client = operator()
    act = "/entries/campaign/acme-west/act"
    seen = open_editor(EntryKind.CAMPAIGN, "acme-west").seen
    assert client.post(act, {"act": "pause", "_seen": seen}).status_code == 302
    post("calculator", person(1))
    walk()
    assert "Paused" in page(client, WEST)
    assert "acme-west" not in _winners()
    stale = client.post(act, {"act": "resume", "_seen": seen}, follow=True).content.decode()
    assert "Somebody else changed it meanwhile" in stale
    client.post(act, {"act": "resume", "_seen": open_editor(EntryKind.CAMPAIGN, "acme-west").seen})
    post("calculator", person(2))
    walk()
    assert "acme-west" in _winners()


def _winners() -> list[str]:
    from leadhouse.store.run import rows

    statement = """
        SELECT campaign.key FROM allocate_assignment AS given
        JOIN parties_campaign AS campaign ON campaign.id = given.campaign_id
    """
    return rows(statement, {}, str)


def test_a_campaign_is_added_copied_and_closed() -> None:
    client = operator()
    new = {"key": "acme-new", "product": "roofing", "bids.exclusive": "11.00", "_seen": "", "_do": "save"}
    assert client.post("/companies/acme/campaigns/add", new)["Location"] == "/campaigns/acme-new"
    assert bids("acme-new") == {"exclusive": "11.00"}
    copied = page(client, "/companies/acme/campaigns/add?copy=acme-west")
    assert 'value="acme-west-copy"' in copied
    assert '<option value="paused" selected>' in copied
    again = page(client, "/companies/acme/campaigns/add", new, status=422)
    assert "is the key of another already" in unescape(again)
    seen = open_editor(EntryKind.CAMPAIGN, "acme-new").seen
    client.post("/entries/campaign/acme-new/act", {"act": "close", "_seen": seen})
    assert "acme-new" not in page(client, "/market.yaml")
    assert "Reopen" in page(client, "/campaigns/acme-new")
    assert client.get("/companies/nobody/campaigns/add").status_code == 404


def test_an_entry_that_is_not_there_is_not_there() -> None:
    client = operator()
    for address in ("/companies/x", "/campaigns/x", "/sources/x", "/products/x", "/campaigns/x/edit"):
        assert client.get(address).status_code == 404, address
    assert client.post("/entries/campaign/x/act", {"act": "pause"}).status_code == 404
    assert client.post("/entries/campaign/acme-west/act", {"act": "burn"}).status_code == 404
    assert client.post("/keys/source/x", {}).status_code == 404
    assert client.post("/keys/campaign/acme-west", {}).status_code == 404


def test_a_new_source_is_told_its_key_once() -> None:
    client = operator()
    new = {"key": "fresh", "product": "roofing", "test": "on", "_seen": "", "_do": "save"}
    shown = client.post("/market/add/source", new, follow=True).content.decode()
    (key,) = re.findall(r'id="made-key-\d+">([^<]+)<', shown)
    assert queries.owner_of_key(digest(unescape(key))) is not None
    assert key not in page(client, "/sources/fresh")
    rotated = client.post("/keys/source/fresh", {"act": "rotate"}, follow=True).content.decode()
    (second,) = re.findall(r'id="made-key-\d+">([^<]+)<', rotated)
    assert queries.owner_of_key(digest(unescape(key))) is None
    assert queries.owner_of_key(digest(unescape(second))) is not None
    assert "Take the key back" in page(client, "/sources/fresh")
    client.post("/keys/source/fresh", {"act": "revoke"})
    assert queries.owner_of_key(digest(unescape(second))) is None
    without = page(client, "/sources/fresh")
    assert "Nobody can use one until a new key is made." in without
    assert "Take the key back" not in without


def test_a_new_source_begins_in_test_mode_and_goes_live_with_one_press() -> None:
    client = operator()
    form = page(client, "/market/add/source")
    assert re.search(r'id="f-test" name="test" value="on" checked', form)
    assert "A new source begins so" in words(form)
    assert 'id="f-test" name="test" value="on" checked' not in page(client, "/sources/calculator/edit")
    client.post("/market/add/source", {"key": "fresh", "product": "roofing", "test": "on", "_do": "save"})
    assert current.market().sources["fresh"].is_test
    shown = page(client, "/sources/fresh")
    assert "sold to nobody and charged to nobody" in words(shown)
    seen = shown.split('name="_seen" value="')[1].split('"')[0]
    live = client.post("/entries/source/fresh/act", {"act": "live", "_seen": seen}, follow=True)
    assert "Live: what it posts from now on is sold." in live.content.decode()
    assert not current.market().sources["fresh"].is_test
    assert "Go live" not in page(client, "/sources/fresh")
    client.post("/market/add/source", {"key": "bold", "product": "roofing", "_do": "save"})
    assert not current.market().sources["bold"].is_test


def test_rules_read_back_and_say_how_many_leads_they_fit() -> None:
    for number in range(4):
        post("calculator", person(number, state="WY", postal_code="82301"))
    post("calculator", person(5, state="CO", postal_code="80202"))
    client = operator()
    sent = west(
        criteria__rules__0__field="state",
        criteria__rules__0__operator="in",
        criteria__rules__0__value="CO, UT",
        where__states="WY",
    )
    told = words(page(client, f"{WEST}/edit?check", sent))
    assert "State is one of CO or UT. 1 of last month's 5 leads (20.0 %)." in told
    assert "4 of last month's 5 leads (80.0 %)." in told
    assert re.search(r"\b1\d\d ZIPs", told)


def test_a_button_draws_the_form_anew_and_saves_nothing() -> None:
    client, before = operator(), queries.revision()
    drawn = page(client, f"{WEST}/edit", west(bids__duo="36.00") | {"_do": "condition:criteria.rules"})
    assert 'name="criteria.rules.0.field"' in drawn
    assert 'value="36.00"' in drawn
    assert 'data-focus-on="criteria.rules.0"' in drawn
    assert queries.revision() == before


def test_the_market_is_planned_and_applied_as_text() -> None:
    client = operator()
    text = page(client, "/market.yaml").replace('"35.00"', '"37.00"').replace("'35.00'", "'37.00'")
    planned = page(client, "/market", {"text": text, "_do": "plan"})
    assert "campaigns[acme-west].bids.duo 35.00 → 37.00" in words(planned)
    assert bids("acme-west") == {"exclusive": "60.00", "duo": "35.00"}
    (number,) = re.findall(r'name="revision" value="(\d+)"', planned)
    stale = page(client, "/market", {"text": text, "_do": "apply", "revision": "1"}, status=409)
    assert "The market was changed meanwhile." in stale
    client.post("/market", {"text": text, "_do": "apply", "revision": number})
    assert bids("acme-west") == {"exclusive": "60.00", "duo": "37.00"}
    faulty = page(client, "/market", {"text": "products: [{key: 5}]", "_do": "plan"}, status=422)
    assert "products[0].key" in faulty


def test_lead_text_and_names_are_inert() -> None:
    client = operator()
    client.post("/companies/acme/edit", form(EntryKind.COMPANY, "acme", name="<b>x</b>") | {"_do": "save"})
    for address in ("/companies", "/companies/acme", "/companies/acme/edit", WEST):
        shown = page(client, address)
        assert "<b>x</b>" not in shown, address
        assert not re.search(r"\sstyle=|\son[a-z]+=|<script>|<style", shown), address


def test_posting_instructions_follow_the_configuration_without_signing_in() -> None:
    client = operator()
    (link,) = re.findall(r'id="instructions-link" href="([^"]+)"', page(client, "/sources/calculator"))
    stranger = Client()
    told = page(stranger, link)
    assert "Posting leads as Roofing Calculator" in told
    assert "roof_type" in told
    assert "State is one of WY or CO" in words(told)
    assert "calculator-key" not in told
    changed = form(EntryKind.PRODUCT, "roofing", fields__0__choices="slate\nmetal") | {"_do": "save"}
    client.post("/products/roofing/edit", changed)
    assert "slate, metal" in page(stranger, link)
    for wrong in (link[:-1], link[:-1] + "x", "/post-to/calculator", "/post-to/nobody~" + link[-32:]):
        assert stranger.get(wrong).status_code == 404, wrong


def test_a_test_source_is_tried_by_hand_and_a_live_one_is_not() -> None:
    client = operator()
    assert client.post("/sources/calculator/try", {"body": "{}"}).status_code == 409
    lead = '{"email": "louise@example.com", "last_name": "Example", "state": "WY", "postal_code": "82301"}'
    answer = words(page(client, "/sources/trial/try", {"body": lead}))
    assert answer.startswith("HTTP 201")
    assert '"outcome": "success"' in answer
    assert "HTTP 400" in page(client, "/sources/trial/try", {"body": "{"})
    assert "HTTP 201" in page(client, "/sources/trial/try", {"body": "{}"})
    assert current.market().sources["trial"].is_test
