"""What people do at the page, as tests and pictures do it too."""

from playwright.sync_api import Locator, Page


def press(what: Locator, key: str = "Enter") -> None:
    """Press a key on it once the page's scripts have had their turn: some put the focus where it belongs first."""
    what.wait_for()
    what.page.wait_for_load_state("load")
    what.press(key)


def follow(what: Locator) -> None:
    """Press it, and be on the page it leads to: without, a look may still be one at the page before."""
    with what.page.expect_navigation():
        press(what)


def give_reason(page: Page) -> None:
    """Answer why one looks, where that is asked."""
    for button in ("Show the alert", "Show the page", "Go on"):
        if page.get_by_role("button", name=button).count():
            page.get_by_label("To prepare or follow up a tasking meeting").check()
            follow(page.get_by_role("button", name=button))


def open_alert(page: Page, url: str, kind: str) -> None:
    """The gravest alert of a kind."""
    page.goto(f"{url}/agencies/police?kind={kind}")
    follow(page.locator("[data-alert] h2 a").first)
    give_reason(page)


def open_review(page: Page, url: str) -> None:
    """The first pair in doubt."""
    page.goto(f"{url}/agencies/police/review")
    give_reason(page)
