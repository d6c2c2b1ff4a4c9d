"""What was added is read in the audit log, unfolded, by keyboard."""

import pytest
from playwright.sync_api import Page, expect

from tests.web.looking import PHONE, shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_what_a_campaign_was_added_with_unfolds(page: Page, complaints: list[str]) -> None:
    page.goto("/audit?path=acme-west")
    page.wait_for_load_state("load")
    values = page.locator(".audit-value pre")
    expect(values).to_be_hidden()
    page.locator(".audit-value summary").focus()
    page.keyboard.press("Enter")
    expect(values).to_contain_text('"exclusive": "60.00"')
    shoot(page, "audit-unfolded")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    shoot(page, "audit-unfolded-phone")
    assert complaints == []
