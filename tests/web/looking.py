"""How pages are looked at: pictures that are kept, widths, axe-core; and leads of every kind to see."""

from pathlib import Path

from playwright.sync_api import Page

from tests.report.report_market import person, post
from tests.web.console_desk import sold_lead, walk

ARTEFACTS = Path(__file__).parents[2] / "artefacts"
AXE = Path(__file__).parent / "vendor" / "axe.js"
DESK = {"width": 1360, "height": 850}
PHONE = {"width": 390, "height": 800}


def shoot(page: Page, name: str) -> None:
    """Keep a picture; see that nothing is wider than the screen and that axe finds nothing serious."""
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"console-{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{name} is too wide"
    found = barriers(page)
    assert not found, (name, found)


def search_by_keyboard(page: Page, text: str) -> None:
    """Search a list as who never leaves the keyboard: a slash, the text, Enter."""
    page.wait_for_load_state("load")  # a key that comes before its script is heard by nobody
    page.keyboard.press("/")
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def barriers(page: Page) -> list[str]:
    """Return what keeps people from using the page, as far as axe-core calls it serious or critical."""
    page.evaluate(AXE.read_text("utf-8"))
    # What moves in has no colour of its own yet.
    page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished.catch(() => null)))")
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
    return [
        f"{one['id']}: {node['html'][:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def some_leads() -> str:
    """Have leads of every kind; return the id of one that was sold."""
    sold = sold_lead(1, first_name="Louis", last_name="Espinoza")
    for number in range(2, 8):
        post("calculator", person(number, first_name=f"Ann{number}", last_name="Vandenberghe"))
    post("calculator", person(8, state="TX", postal_code="75001"))
    post("trial", person(9, phone_1="12", first_name="<b>Bold</b>"))
    walk()
    post("mysolar", {"email": "on.her.way@example.com", "first_name": "Mia"})
    return str(sold)
