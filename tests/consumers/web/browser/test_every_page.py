"""Every page as a browser shows it: without a fault that axe finds, and never wider than a phone."""

import pytest
from playwright.sync_api import Page, expect

from consumers.web.navigation import DOORS
from tests.consumers.web.browser.steps import follow, open_alert, open_review, press

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def faults(page: Page, axe: str) -> list[str]:
    """What axe says of the page as it is shown: a page whose stylesheet is still on its way is not yet that."""
    page.wait_for_load_state("load")
    page.evaluate(axe)
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    return [f"{one['id']}: {one['help']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"]]


def too_wide(page: Page) -> bool:
    """Whether it must be scrolled sideways on a phone (WCAG 1.4.10)."""
    before = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 800})
    page.wait_for_timeout(200)  # a map takes its new size a moment later
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    page.set_viewport_size(before or {"width": 1200, "height": 900})
    return bool(wide)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.text)
def test_pages_of_the_menu(page: Page, url: str, axe: str, door: object) -> None:
    page.goto(url + door.path.format(agency="police"))  # type: ignore[attr-defined]
    assert faults(page, axe) == []
    assert not too_wide(page)


def test_one_alert_the_question_why_and_the_person(page: Page, url: str, axe: str) -> None:
    page.goto(f"{url}/agencies/police?kind=case-review")
    follow(page.locator("[data-alert] h2 a").first)
    assert faults(page, axe) == []
    open_alert(page, url, "case-review")
    page.wait_for_selector(".leaflet-container")
    assert faults(page, axe) == []
    assert not too_wide(page)
    follow(page.get_by_role("link", name="Why these reports"))
    assert page.get_by_role("heading", name="Why they are taken for one").is_visible()
    assert faults(page, axe) == []
    assert not too_wide(page)


def test_the_place_of_an_alert(page: Page, url: str, axe: str) -> None:
    open_alert(page, url, "repeat-place")
    follow(page.get_by_role("link", name="taken for one place"))
    assert page.get_by_role("heading", name="What was left apart").is_visible()
    assert faults(page, axe) == []
    assert not too_wide(page)


def test_the_pairs_in_doubt(page: Page, url: str, axe: str) -> None:
    page.goto(f"{url}/agencies/police/review")
    assert faults(page, axe) == []
    open_review(page, url)
    assert faults(page, axe) == []
    assert not too_wide(page)


def test_pages_of_ones_own(page: Page, url: str, axe: str) -> None:
    for path in ("/account", "/account/password", "/nowhere"):
        page.goto(url + path)
        assert faults(page, axe) == []
        assert not too_wide(page)


def test_signing_in(page: Page, url: str, axe: str) -> None:
    other = page.context.browser.new_context(bypass_csp=True).new_page()  # type: ignore[union-attr]
    other.goto(f"{url}/sign-in")
    assert faults(other, axe) == []
    other.keyboard.press("Tab")
    assert other.evaluate("document.activeElement.textContent") == "Skip to main content"
    other.context.close()


def test_linking_two_alerts(page: Page, url: str, axe: str) -> None:
    open_alert(page, url, "repeat-place")
    follow(page.get_by_role("link", name="Link it with another alert"))
    page.wait_for_url("**/link")
    assert faults(page, axe) == []
    assert not too_wide(page)
    press(page.locator("[name=other]").first, "Space")
    press(page.get_by_label("One answer is wanted for both"), "Space")
    follow(page.get_by_role("button", name="Link them"))
    expect(page.get_by_role("heading", name="Linked with")).to_be_visible()
    assert faults(page, axe) == []
    assert not too_wide(page)
    follow(page.get_by_role("button", name="Take it back"))
    assert page.get_by_role("heading", name="Linked with").count() == 0
