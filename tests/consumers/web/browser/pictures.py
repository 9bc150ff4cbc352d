"""``make screenshots``: what the page looks like, on a screen, on a phone and on paper, into docs/screenshots."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.consumers.web.browser.served import CHROMIUM, chromium, served, sign_in
from tests.consumers.web.browser.steps import follow, give_reason, open_alert, open_review
from tests.consumers.web.browser.town import filled

OUT = Path("docs/screenshots")
LIGHT, PHONE, PAPER = (1100, 800), (390, 780), (794, 1123)  # paper: A4 at 96 dots an inch


def main() -> None:
    """Take them all, of a town with ten weeks of history."""
    if CHROMIUM is None:
        sys.exit("there is no Chromium on this machine: apt-get install chromium brings one")
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        engine = filled(Path(folder), weeks=10, scale=1.0)
        with served(engine) as url:
            for name, go in SHOTS.items():
                take(browser, url, name, go)
        engine.dispose()


def take(browser: Browser, url: str, name: str, go: Callable[[Page, str], None]) -> None:
    """One page three ways."""
    for kind, (wide, high) in {"light": LIGHT, "phone": PHONE, "print": PAPER}.items():
        page = browser.new_context(viewport={"width": wide, "height": high}).new_page()
        sign_in(page, url)
        go(page, url)
        if page.locator("[data-map]").count():
            page.wait_for_selector(".leaflet-container")
        if kind == "print":
            page.emulate_media(media="print")
        page.wait_for_timeout(500)  # streets are drawn a moment after the marks
        page.screenshot(path=OUT / f"{name}-{kind}.png")
        page.context.close()


def now(page: Page, url: str) -> None:
    page.goto(f"{url}/agencies/police")


def alert(page: Page, url: str) -> None:
    open_alert(page, url, "spike")


def person(page: Page, url: str) -> None:
    open_alert(page, url, "case-review")
    follow(page.get_by_role("link", name="Why these reports"))


def review(page: Page, url: str) -> None:
    open_review(page, url)


def town_map(page: Page, url: str) -> None:
    page.goto(f"{url}/agencies/police/map")


def board(page: Page, url: str) -> None:
    page.goto(f"{url}/agencies/police/tasking")
    give_reason(page)


def data(page: Page, url: str) -> None:
    page.goto(f"{url}/agencies/police/data")


def packs(page: Page, url: str) -> None:
    page.goto(f"{url}/agencies/police/packs")


def notices(page: Page, url: str) -> None:
    page.goto(f"{url}/notices")


def send(page: Page, url: str) -> None:
    page.goto(f"{url}/agencies/police/send")


SHOTS: dict[str, Callable[[Page, str], None]] = {
    "now": now, "alert": alert, "person": person, "review": review, "map": town_map, "board": board,
    "data": data, "packs": packs, "notices": notices, "send": send,
}  # fmt: skip


if __name__ == "__main__":
    main()
