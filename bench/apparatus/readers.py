"""Who reads the pages that are measured, and where: an operator, the largest buyer, the largest source."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

if TYPE_CHECKING:
    from django.test import Client

_OLDEST = "SELECT lead_id FROM timeline_passport WHERE status = 'delivered' ORDER BY received_at LIMIT 1"
_LARGEST_SOURCE = """
SELECT source.key FROM timeline_passport JOIN parties_source AS source ON source.id = source_id
GROUP BY source.key ORDER BY count(*) DESC LIMIT 1"""
_POST = """
SELECT lead_id, fields ->> 'email' FROM timeline_passport JOIN capture_lead ON id = lead_id
WHERE timeline_passport.source_id = (SELECT id FROM parties_source WHERE key = %(key)s)
ORDER BY timeline_passport.received_at OFFSET 1000 LIMIT 1"""
_LARGEST_BUYER = """
SELECT company.key, campaign.key, count(*)
FROM allocate_assignment AS given JOIN parties_company AS company ON company.id = given.company_id
JOIN parties_campaign AS campaign ON campaign.id = given.campaign_id
GROUP BY company.key, campaign.key ORDER BY count(*) DESC LIMIT 1"""
_DELIVERY = """
SELECT given.id, fields ->> 'email', fields ->> 'phone_1'
FROM allocate_assignment AS given JOIN capture_lead ON capture_lead.id = lead_id
WHERE company_id = (SELECT id FROM parties_company WHERE key = %(key)s) AND given.status = 'accepted'
ORDER BY decided_at LIMIT 1"""


class _Party(NamedTuple):
    key: str
    campaign: str
    leads: int


class _Delivery(NamedTuple):
    id: UUID
    email: str
    phone: str


class _Post(NamedTuple):
    id: UUID
    email: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page as somebody asks for it; `before` is done each time before, its time not counted."""

    name: str
    client: "Client"
    address: str
    before: Callable[[], None] = lambda: None


def pages() -> Iterator[Page]:
    """Yield the pages that are measured, those of one reader after the other."""
    from leadhouse.parties.types import Role
    from leadhouse.store.run import row, value

    buyer = row(_LARGEST_BUYER, {}, _Party)
    source = value(_LARGEST_SOURCE, {}, str)
    if buyer is None:
        raise RuntimeError("nobody has bought anything")
    operator = _client(Role.OPERATOR)
    yield from (Page(name, operator, address) for name, address in _console(value(_OLDEST, {}, UUID)))
    yield from _market(operator, buyer.key, buyer.campaign, source)
    at_buyer = _client(Role.COMPANY_OWNER, company=buyer.key)
    yield from (Page(name, at_buyer, address) for name, address in _buyers(buyer))
    at_source = _client(Role.SOURCE_USER, source=source)
    yield from (Page(name, at_source, address) for name, address in _sources(source))


def _console(lead_id: UUID) -> Iterator[tuple[str, str]]:
    yield "today", "/"
    yield "the last seven days", "/?period=week"
    yield "this month", "/?period=month"
    yield "this month by county of a state", "/today/places?period=month&state=TX"
    yield "leads", "/leads"
    yield "leads that were delivered, of a source", "/leads?status=delivered&source=fixr"
    yield "leads of a status that nobody has", "/leads?status=qualifying"
    yield "leads by revenue", "/leads?sort=revenue"
    yield "leads by the beginning of a name", "/leads?q=mar"
    yield "a lead by its phone", "/leads?q=%28302%29+321-5560"
    yield "a lead", f"/leads/{lead_id}"
    yield "its decision", f"/leads/{lead_id}/decision?fate=out_of_area&page=3"
    yield "the newest leads again", "/leads/newest?seen=none"


def _market(operator: "Client", company: str, campaign: str, source: str) -> Iterator[Page]:
    from leadhouse.web.market.sample import forget_samples

    edit = f"/campaigns/{campaign}/edit"
    yield Page("leads of the largest buyer", operator, f"/leads?buyer={company}")
    yield Page("  of them in a state, by a campaign", operator, f"/leads?state=HI&campaign={campaign}")
    yield Page("leads refused for a reason nobody was", operator, "/leads?reason=risky_ip")
    yield Page("a lead by the end of its phone", operator, "/leads?q=321-5560")
    yield Page("companies", operator, "/companies")
    yield Page("the largest buyer, with its statement", operator, f"/companies/{company}")
    yield Page("a campaign", operator, f"/campaigns/{campaign}")
    yield Page("a campaign's editor: its area and rule on last month's leads", operator, edit)
    yield Page("  the first time, nothing of the leads known", operator, edit, forget_samples)
    yield Page("sources", operator, "/sources")
    yield Page("a source", operator, f"/sources/{source}")
    yield Page("products", operator, "/products")
    yield Page("a product", operator, "/products/roofing")


def _buyers(buyer: _Party) -> Iterator[tuple[str, str]]:
    from leadhouse.store.run import row

    given = row(_DELIVERY, {"key": buyer.key}, _Delivery)
    if given is None:
        raise RuntimeError(f"{buyer.key} has bought nothing")
    phone = given.phone.replace("+", "%2B")
    yield f"a buyer's {buyer.leads:,} leads", "/buyer/leads"
    yield "  searched by the beginning of a name", "/buyer/leads?q=mar"
    yield "  by a whole name that nobody has", "/buyer/leads?q=xaver+zorn"
    yield "  by an email", f"/buyer/leads?q={given.email}"
    yield "  by a phone", f"/buyer/leads?q={phone}"
    yield "  one of them", f"/buyer/leads/{given.id}"
    yield "  its statement", "/buyer/wallet"
    yield "  its invoice", "/buyer/invoice"
    yield "  its campaigns", "/buyer/campaigns"


def _sources(source: str) -> Iterator[tuple[str, str]]:
    from leadhouse.store.run import row

    posted = row(_POST, {"key": source}, _Post)
    if posted is None:
        raise RuntimeError(f"{source} has posted nothing")
    yield "the largest source's posts", "/source/posts"
    yield "  searched by the beginning of a name", "/source/posts?q=mar"
    yield "  by a whole name that nobody has", "/source/posts?q=xaver+zorn"
    yield "  by an email", f"/source/posts?q={posted.email}"
    yield "  one of them, with what was answered", f"/source/posts/{posted.id}"
    yield "  its payouts", "/source/payouts"
    yield "  its keys", "/source/keys"


def _client(role: str, **party: str) -> "Client":
    from django.test import Client

    from leadhouse.parties.models import Person
    from leadhouse.parties.people.adding import add_person
    from leadhouse.parties.types import Role

    email = f"{role}@bench.example"
    add_person(email, Role(role), company=party.get("company"), source=party.get("source"))
    client = Client(headers={"host": "localhost"})
    client.force_login(Person.objects.get(email=email))
    return client
