"""Every page × every role × what is one's own, another's, or nowhere; a page that is not in here fails."""

import re
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern

from leadhouse.amend.queries import propose
from leadhouse.amend.types import Action
from leadhouse.billing.queries import deposit
from leadhouse.feedback.bulk.step import propose as propose_file
from leadhouse.feedback.bulk.types import Posted
from leadhouse.kit.ids import new_id
from leadhouse.parties.current import market
from leadhouse.parties.models import Person
from leadhouse.parties.people import changing
from leadhouse.parties.people.types import Scope
from leadhouse.parties.types import Role
from leadhouse.store.run import rows
from leadhouse.web.console.urls import urlpatterns as console
from leadhouse.web.market.urls import urlpatterns as market_pages
from leadhouse.web.portal.urls import urlpatterns as portals
from leadhouse.web.queries import save_list
from tests.report.report_market import LOUIS, open_market, post
from tests.web.console_desk import employ, walk

pytestmark = pytest.mark.django_db
STAFF = {"operator", "analyst"}
BUYERS = {"owner", "agent"}
HOUSES = (STAFF, BUYERS, {"source"})
ALL = {"operator", "analyst", "owner", "agent", "source", "franchisor"}
_NEWEST_LIST = "SELECT id FROM web_saved_list ORDER BY id DESC LIMIT 1"
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')

# Page: who may see it, and how it is asked for. "anybody" needs no sign-in at all.
PAGES: dict[str, tuple[set[str], str]] = {
    "sign-in": ({"anybody"}, "get"),
    "sign-in-code": ({"anybody"}, "get"),
    "sign-out": ({"anybody"}, "post"),
    "zone": ({"anybody"}, "post"),
    "forgotten": ({"anybody"}, "get"),
    "choose-password": ({"anybody"}, "get"),
    "account": (ALL, "get"),
    "change-password": (ALL, "post"),
    "sign-out-others": (ALL, "post"),
    "second-factor": (ALL, "get"),
    "second-factor-off": (ALL, "post"),
    "recovery-codes": (ALL, "post"),
    "overview": (STAFF, "get"),
    "leads": (STAFF, "get"),
    "newest-leads": (STAFF, "get"),
    "filter-offers": (STAFF, "get"),
    "leads-csv": (STAFF, "get"),
    "picked-csv": (STAFF, "post"),
    "lead": (STAFF, "get"),
    "decision": (STAFF, "get"),
    "submission": ({"operator"}, "get"),
    "today-live": (STAFF, "get"),
    "today-places": (STAFF, "get"),
    "market-covers": (STAFF, "get"),
    "save-list": (STAFF, "post"),
    "forget-list": (STAFF, "post"),
    "what-if": (STAFF, "get"),
    "batches": ({"operator"}, "get"),
    "propose-batch": ({"operator"}, "post"),
    "batch": ({"operator"}, "get"),
    "move-batch": ({"operator"}, "post"),
    "act-on-lead": ({"operator"}, "post"),
    "correct-lead": ({"operator"}, "get"),
    "give-back": ({"operator"}, "get"),
    "erase-person": ({"operator"}, "get"),
    "audit": (STAFF, "get"),
    "people": ({"operator"}, "get"),
    "invite": ({"operator"}, "get"),
    "person": ({"operator"}, "get"),
    "change-person": ({"operator"}, "post"),
    "market-companies": (STAFF, "get"),
    "market-company": (STAFF, "get"),
    "market-campaign": (STAFF, "get"),
    "market-sources": (STAFF, "get"),
    "market-source": (STAFF, "get"),
    "market-products": (STAFF, "get"),
    "market-product": (STAFF, "get"),
    "market-text": (STAFF, "get"),
    "market-yaml": (STAFF, "get"),
    "market-add-company": ({"operator"}, "get"),
    "market-edit-company": ({"operator"}, "get"),
    "market-pay-in": ({"operator"}, "get"),
    "market-take-back": ({"operator"}, "get"),
    "market-add-campaign": ({"operator"}, "get"),
    "market-edit-campaign": ({"operator"}, "get"),
    "market-add-source": ({"operator"}, "get"),
    "market-edit-source": ({"operator"}, "get"),
    "market-add-product": ({"operator"}, "get"),
    "market-edit-product": ({"operator"}, "get"),
    "market-edit-market": ({"operator"}, "get"),
    "market-send-a-test": ({"operator"}, "post"),
    "market-act": ({"operator"}, "post"),
    "market-key": ({"operator"}, "post"),
    "market-new-link": ({"operator"}, "post"),
    "market-try-posting": ({"operator"}, "post"),
    "posting-instructions": ({"anybody"}, "get"),
    "bought-leads": (BUYERS, "get"),
    "bought-leads-csv": (BUYERS, "get"),
    "bought-lead": (BUYERS, "get"),
    "bought-lead-feedback": (BUYERS, "post"),
    "bought-lead-notes": (BUYERS, "post"),
    "feedback-files": (BUYERS, "get"),
    "feedback-file": (BUYERS, "get"),
    "feedback-file-csv": (BUYERS, "get"),
    "move-feedback-file": (BUYERS, "post"),
    "own-campaigns": ({"owner"}, "get"),
    "own-campaign": ({"owner"}, "get"),
    "wallet": ({"owner"}, "get"),
    "wallet-csv": ({"owner"}, "get"),
    "invoice": ({"owner"}, "get"),
    "posts": ({"source"}, "get"),
    "posts-csv": ({"source"}, "get"),
    "refused-posts": ({"source"}, "get"),
    "post": ({"source"}, "get"),
    "payouts": ({"source"}, "get"),
    "source-keys": ({"source"}, "get"),
    "company-keys": ({"owner"}, "get"),
    "colleagues": ({"owner"}, "get"),
    "change-colleague": ({"owner"}, "post"),
}
KEYS = {"campaigns": "acme-west", "sources": "calculator", "products": "roofing"}


@dataclass(frozen=True)
class Actor:
    """Somebody who asks: what is their own, and what is of the same kind and another's."""

    email: str
    kind: str
    own: dict[str, str]
    foreign: dict[str, str]


def patterns() -> dict[str, str]:
    """Return the address of every page of the console and the portals by its name."""
    return {
        str(one.name): f"/{one.pattern}"
        for one in (*console, *portals, *market_pages)
        if isinstance(one, URLPattern)
    }


def address(pattern: str, values: dict[str, str]) -> str:
    named = {"key": KEYS.get(pattern.split("/")[1], "acme"), "owner": "acme", "kind": "company", **values}
    return re.sub(r"<\w+:(\w+)>", lambda match: named[match.group(1)], pattern)


def _pair(company_id: int, delivery: object) -> tuple[int, object]:
    return company_id, delivery


def _file_of(company: str, delivery: str) -> UUID | None:
    company_id = next(one.id for one in market().companies.values() if one.key == company)
    said = [Posted(2, {"delivery": delivery, "type": "conversion"})]
    return propose_file(said, company_id, name="said.csv", by=f"owner@{company}.example", currency="USD")


def _payment(company: str) -> UUID:
    company_id = next(one.id for one in market().companies.values() if one.key == company)
    ref = new_id()
    assert deposit(company_id, 100, ref)
    return ref


@pytest.fixture
def actors() -> list[Actor]:
    """Two of each kind of party's people, with things of their own, and staff, to whom everything belongs."""
    open_market()
    lead = str(post("calculator", LOUIS))
    walk()
    found = rows("SELECT company_id, id FROM allocate_assignment", {}, _pair)
    delivery = {market().companies[company].key: str(one) for company, one in found}
    own: dict[str, dict[str, str]] = {}
    for company in ("acme", "best"):
        employ(f"owner@{company}.example", Role.COMPANY_OWNER, company=company)
        employ(f"agent@{company}.example", Role.COMPANY_AGENT, company=company)
        colleague, _ = changing.invite(
            f"new@{company}.example", Role.COMPANY_AGENT, Scope("operator@demo.example"), company=company
        )
        own[company] = {
            "campaign_key": f"{company}-west",
            "delivery": delivery[company],
            "person_id": str(colleague.id),
            "file_id": str(_file_of(company, delivery[company])),
        }
    batch = propose(Action.MARK_TEST, [UUID(lead)], by="operator@demo.example", asked="one")
    everything = {"lead_id": lead, "token": "x", **own["acme"], "post_id": lead, "batch_id": str(batch)}
    everything |= {"assignment_id": delivery["acme"], "list_id": "1", "ref": str(_payment("acme"))}
    everybody = []
    for kind, role in (
        ("operator", Role.OPERATOR),
        ("analyst", Role.ANALYST),
        ("franchisor", Role.FRANCHISOR),
    ):
        employ(f"{kind}@demo.example", role)
        save_list(Person.objects.get(email=f"{kind}@demo.example").id, "Mine", "", is_shared=False)
        (mine,) = rows(_NEWEST_LIST, {}, int)
        everybody.append(Actor(f"{kind}@demo.example", kind, everything | {"list_id": str(mine)}, {}))
    for company, other in (("acme", "best"), ("best", "acme")):
        for kind in ("owner", "agent"):
            mine, theirs = everything | own[company], everything | own[other]
            everybody.append(Actor(f"{kind}@{company}.example", kind, mine, theirs))
    for source, mine, theirs in (("calculator", lead, str(new_id())), ("mysolar", "", lead)):
        employ(f"user@{source}.example", Role.SOURCE_USER, source=source)
        values = everything | {"post_id": mine or lead}
        everybody.append(
            Actor(
                f"user@{source}.example", "source", values if mine else {}, everything | {"post_id": theirs}
            )
        )
    return everybody


MISSING = {
    **dict.fromkeys(
        ("lead_id", "delivery", "post_id", "batch_id", "assignment_id", "file_id", "ref"), str(new_id())
    ),
    "list_id": "999999",
    **dict.fromkeys(("key", "owner", "token", "campaign_key"), "nothing"),
    "person_id": "999999",
}


def browser_of(email: str | None) -> Client:
    client = Client()
    if email is not None:
        client.force_login(Person.objects.get(email=email))
    return client


def ask(client: Client, method: str, path: str) -> tuple[int, bytes]:
    answer = client.post(path, {"act": "pause"}) if method == "post" else client.get(path)
    assert isinstance(answer, HttpResponse) or answer.streaming
    return answer.status_code, b"" if answer.streaming else TOKEN.sub(b"", answer.content)


def test_every_page_is_in_the_matrix() -> None:
    assert set(patterns()) == set(PAGES), "say in PAGES who may see each page, and how it is asked for"


def test_nobody_sees_a_page_without_signing_in(actors: list[Actor]) -> None:
    for name, (kinds, method) in PAGES.items():
        status, body = ask(Client(), method, address(patterns()[name], actors[0].own))
        if kinds == {"anybody"}:
            assert status in {200, 302, 404}, name
        else:
            assert (status, body) == (302, b""), name


@pytest.mark.parametrize("kind", sorted(ALL))
def test_each_role_sees_its_pages_and_learns_nothing_of_others(actors: list[Actor], kind: str) -> None:
    for actor in (one for one in actors if one.kind == kind):
        client = browser_of(actor.email)
        nowhere = ask(client, "get", "/nowhere")
        assert nowhere[0] == 404
        for name, (kinds, method) in PAGES.items():
            pattern = patterns()[name]
            if actor.kind in kinds:
                _sees_its_own_only(client, actor, name, nowhere)
            elif kinds != {"anybody"}:
                path = address(pattern, actor.own or actor.foreign)
                _is_turned_away(actor, name, ask(client, method, path), nowhere)


def _is_turned_away(actor: Actor, name: str, told: tuple[int, bytes], nowhere: tuple[int, bytes]) -> None:
    """In one's own house one hears that it takes another role, elsewhere that there is nothing."""
    if name == "overview":
        assert told[0] == 302, actor
    elif any(actor.kind in house and PAGES[name][0] & house for house in HOUSES):
        assert (told[0], b"not open to you" in told[1]) == (403, True), (actor, name)
    else:
        assert told == nowhere, (actor, name)


def _sees_its_own_only(client: Client, actor: Actor, name: str, nowhere: tuple[int, bytes]) -> None:
    """Another's thing answers exactly as one that does not exist, which answers as any wrong address."""
    method, pattern = PAGES[name][1], patterns()[name]
    if actor.own or "<" not in pattern:
        status, _ = ask(client, method, address(pattern, actor.own))
        assert status in {200, 204, 302, 400, 409, 422}, (actor, name, status)
    if "<" in pattern:
        assert ask(client, method, address(pattern, MISSING)) == nowhere, (actor, name)
    if "<" in pattern and actor.foreign and actor.kind not in STAFF:
        assert ask(client, method, address(pattern, actor.foreign)) == nowhere, (actor, name)


def test_what_is_changed_by_post_is_not_asked_for_by_get(actors: list[Actor]) -> None:
    for name, (kinds, method) in PAGES.items():
        actor = next(one for one in actors if one.kind in kinds or kinds == {"anybody"})
        if method == "post":
            path = address(patterns()[name], actor.own)
            assert ask(browser_of(actor.email), "get", path)[0] == 405, name


def test_somebody_who_was_kept_out_sees_nothing_from_then_on(actors: list[Actor]) -> None:
    client = Client()
    agent = Person.objects.get(email="agent@acme.example")
    client.force_login(agent)
    assert client.get("/buyer/leads").status_code == 200
    changing.set_active(agent.id, Scope("operator@demo.example"), is_active=False)
    assert client.get("/buyer/leads").status_code == 302


def test_another_role_ends_the_session(actors: list[Actor]) -> None:
    client = Client()
    owner = Person.objects.get(email="owner@acme.example")
    client.force_login(owner)
    changing.change_role(owner.id, Role.COMPANY_AGENT, Scope("operator@demo.example"), company="acme")
    assert client.get("/buyer/people").status_code == 302
