"""An owner makes and takes back the key with which the company's system gives feedback; agents do not."""

import pytest

from leadhouse.parties import current
from leadhouse.parties.types import Role
from leadhouse.store.run import rows
from leadhouse.web.portal.fence import fenced_rows, of_company
from tests.report.report_market import open_market
from tests.web.portal.test_buyer_leads import buyer, page

pytestmark = pytest.mark.django_db


@pytest.mark.req("R004-35")
def test_a_companys_key_is_shown_once_ends_the_former_one_and_is_taken_back() -> None:
    open_market()
    client = buyer("acme", Role.COMPANY_OWNER)
    assert "Acme Roofing says by POST /v1/feedback" in page(client, "/buyer/keys")
    made = client.post("/buyer/keys", {"do": "rotate"}).content.decode()
    key = made.split('aria-label="Your new key"')[0].rsplit('value="', 1)[1].split('"')[0]
    holder = current.holder_of(key)
    assert holder is not None
    assert holder.key == "acme"
    assert current.holder_of("acme-key") is None
    assert key not in page(client, "/buyer/keys")
    client.post("/buyer/keys", {"do": "revoke"})
    assert current.holder_of(key) is None
    assert current.holder_of("best-key") is not None
    assert buyer("best").get("/buyer/keys").status_code == 403


def test_the_database_shows_a_company_of_keys_its_own_only() -> None:
    open_market()
    every = "SELECT owner_id FROM parties_access_key WHERE kind = 'company'"
    owners = rows(every, {}, int)
    assert len(owners) == 2
    for one in owners:
        assert fenced_rows(of_company(one), "SELECT owner_id FROM parties_access_key", {}, int) == [one]
