"""What people do at the page, as tests and pictures do it too."""

from playwright.sync_api import Page


def give_reason(page: Page) -> None:
    """Answer why one looks, where that is asked."""
    for button in ("Show the alert", "Show the page", "Go on"):
        if page.get_by_role("button", name=button).count():
            page.get_by_label("To prepare or follow up a tasking meeting").check()
            with page.expect_navigation():  # a click alone may hand back before the new page is there
                page.get_by_role("button", name=button).click()


def open_alert(page: Page, url: str, kind: str) -> None:
    """The gravest alert of a kind."""
    page.goto(f"{url}/agencies/police?kind={kind}")
    page.locator("[data-alert] h2 a").first.click()
    give_reason(page)


def open_review(page: Page, url: str) -> None:
    """The first pair in doubt."""
    page.goto(f"{url}/agencies/police/review")
    give_reason(page)
