"""Rule changes are told as sentences; rules ask what products declare; a link is taken back alone."""

import re

import pytest

from leadhouse.parties.apply import plan
from leadhouse.parties.audit.queries import find_notes
from leadhouse.parties.audit.types import NoteFilters
from leadhouse.parties.differences import told
from leadhouse.parties.entries import EntryKind
from leadhouse.parties.market_file import read_market_text
from leadhouse.parties.queries import keys_of, load_stored
from leadhouse.parties.types import KeyKind, Role
from leadhouse.web.market.editor import open_editor
from tests.report.report_market import MARKET, open_market
from tests.web.console_desk import browser_of, operator
from tests.web.console_desk import words as words_of
from tests.web.market.test_pages import WEST, form, page, west, words

pytestmark = pytest.mark.django_db
CALCULATOR = "/sources/calculator/edit"
ROOF = {
    "criteria__combinator": "and",
    "criteria__rules__0__field": "roof_type",
    "criteria__rules__0__operator": "=",
    "criteria__rules__0__value": "metal",
}


@pytest.fixture(autouse=True)
def _market() -> None:
    open_market()


def calculator(**texts: str) -> dict[str, object]:
    return form(EntryKind.SOURCE, "calculator", **texts)


def test_the_plan_of_an_edit_says_a_rule_before_and_after() -> None:
    client = operator()
    fresh = calculator(criteria__rules__0__value="WY, CO, UT")
    told_of = words(page(client, f"{CALCULATOR}?check", fresh))
    assert "criteria State is one of WY or CO → State is one of WY, CO or UT" in told_of
    assert '"rules"' not in told_of
    told_of = words(page(client, f"{WEST}/edit?check", west(**ROOF)))
    assert "criteria (absent) → Roof type is metal" in told_of


def test_the_log_and_the_text_say_rules_as_sentences_too() -> None:
    client = operator()
    changed = MARKET.replace("[WY, CO]}", '[WY]}, {field: roof_type, operator: "=", value: metal}')
    planned = words(page(client, "/market", {"text": changed, "_do": "plan"}))
    sentence = "sources[calculator].criteria State is one of WY or CO → State is WY and Roof type is metal"
    assert sentence in planned
    client.post(CALCULATOR, calculator(criteria__rules__0__value="WY") | {"_do": "save"})
    assert "State is one of WY or CO State is WY" in words_of(client, "/audit")


def test_apply_says_rules_as_sentences_and_what_cannot_be_read_as_it_is_written() -> None:
    changed = read_market_text(MARKET.replace("[WY, CO]", "[WY]"))
    assert "~ sources[calculator].criteria: State is one of WY or CO → State is WY" in told(
        plan(changed, load_stored()), done=False
    )


def test_a_rule_asks_about_what_its_product_requires_beside_its_fields() -> None:
    open_market(
        MARKET.replace("required: [email, last_name]", "required: [email, last_name, extra.roof_age]")
    )
    client = operator()
    with_rule = calculator(criteria__rules__0__field="extra.roof_age")
    for address, sent in ((CALCULATOR, with_rule), (f"{WEST}/edit", west(**ROOF))):
        options = page(client, address, sent | {"_do": "refresh:"})
        assert re.search(r'<option value="extra\.roof_age"[^>]*>Roof age</option>', options), address
    assert (
        "extra.roof_age"
        in open_editor(EntryKind.PRODUCT, "roofing").fields({"required": ["extra.roof_age"]}).own
    )
    assert "extra.roof_age" not in page(client, "/sources/mysolar/edit")


@pytest.mark.req("R000-44")
def test_a_link_to_instructions_is_taken_back_alone() -> None:
    client = operator()

    def link() -> str:
        found = re.search(r'id="instructions-link" href="([^"]+)"', page(client, "/sources/calculator"))
        assert found
        return found[1]

    first, keys = link(), keys_of(KeyKind.SOURCE, load_stored().entries[EntryKind.SOURCE, "calculator"].id)
    other = page(client, "/sources/trial")
    assert client.get(first).status_code == 200
    assert client.post("/sources/calculator/link").status_code == 302
    assert client.get(first).status_code == 404
    second = link()
    assert second != first
    assert client.get(second).status_code == 200
    client.post("/sources/calculator/link")
    assert len({first, second, link()}) == 3
    assert client.get(second).status_code == 404
    assert re.findall(r"/post-to/[^\"]+", other) == re.findall(
        r"/post-to/[^\"]+", page(client, "/sources/trial")
    )
    assert keys_of(KeyKind.SOURCE, load_stored().entries[EntryKind.SOURCE, "calculator"].id) == keys
    notes = find_notes(NoteFilters(by="operator@demo.example"))
    assert {one.path for one in notes} == {"sources[calculator].instructions_link"}
    assert browser_of("ana@demo.example", Role.ANALYST).post("/sources/calculator/link").status_code == 403


def test_whatever_key_an_entry_has_its_page_is_reached() -> None:
    text = MARKET.replace("key: acme\n", "key: add\n").replace("key: trial,", "key: add,")
    open_market(text.replace("key: solar,", "key: add,").replace("product: solar", "product: add"))
    client = operator()
    for address, title in (("companies", "Acme Roofing"), ("sources", "Trial"), ("products", "Solar")):
        assert f'<h1 class="page-title">{title}' in page(client, f"/{address}/add"), address
        assert f'href="/{address}/add"' in page(client, f"/{address}"), address
        assert f"/{address}/add/edit" in page(client, f"/{address}/add"), address
    answer = client.post("/keys/company/add", {"act": "rotate"}, follow=True)
    assert "Copy this key now" in words(answer.content.decode())


def test_a_condition_without_a_field_says_beside_itself_to_choose_one() -> None:
    told = page(operator(), f"{CALCULATOR}?check", calculator(criteria__rules__1__field=""))
    (fault,) = re.findall(r'id="f-criteria-rules-1-fault"[^>]*>([^<]*)<', told)
    assert fault == "choose a field: a condition needs one"
    told = page(operator(), f"{CALCULATOR}?check", calculator(criteria__rules__0__value=""))
    (fault,) = re.findall(r'id="f-criteria-rules-0-fault"[^>]*>([^<]*)<', told)
    assert fault == "in takes a list like [1, 2]: give at least one value"
