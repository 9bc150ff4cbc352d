import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import Engine

from consumers.web.static_files import dressed
from streams.store import open_store
from tests.consumers.web.browser.served import CHROMIUM, chromium, served, sign_in
from tests.consumers.web.browser.town import filled

# A page that is at work and the store behind it, instead of a town of the tests' own: tests/deploy/demo does so.
PAGE, STORE = "PAGE_AT_WORK", "STORE_AT_WORK"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, once for the whole run."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine: apt-get install chromium brings one")
    if not dressed():
        pytest.skip("the page's assets are not built: make install builds them")
    with chromium() as browser:
        loop = asyncio.get_running_loop()
        LOOPS.append(loop)
        yield browser
        _go_on(LOOPS.pop())
    _go_on(None)


LOOPS: list[asyncio.AbstractEventLoop] = []


def _go_on(loop: asyncio.AbstractEventLoop | None) -> None:
    """Say which loop runs in this thread: Playwright's is left as running whenever it hands back.

    Else whatever test comes next in this process could start no loop of its own.
    """
    asyncio._set_running_loop(loop)


@pytest.fixture(autouse=True)
def _on_its_loop(seat: Page) -> Iterator[None]:
    """Run Playwright's loop for the tests of a browser, and for no other."""
    _go_on(LOOPS[-1])
    yield
    _go_on(None)


@pytest.fixture(scope="session")
def town(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The store of a small town, or the one that is named; nothing is made where there is no browser."""
    if named := os.environ.get(STORE):
        engine = open_store(named)
        yield engine
        engine.dispose()
        return
    engine = filled(tmp_path_factory.mktemp("town"), weeks=0, scale=0.2)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def url(town: Engine) -> Iterator[str]:
    """Where its page answers."""
    if at_work := os.environ.get(PAGE):
        yield at_work
        return
    with served(town) as address:
        yield address


@pytest.fixture
def store(town: Engine) -> str:
    """Where its store is."""
    return town.url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def seat(browser: Browser, url: str) -> Iterator[Page]:
    """A page in which somebody of the police is signed in; scripts that fail fail the test that next asks for it."""
    page = browser.new_context(viewport={"width": 1200, "height": 900}, bypass_csp=True).new_page()
    sign_in(page, url)
    yield page
    _go_on(LOOPS[-1])
    page.context.close()


@pytest.fixture
def page(seat: Page) -> Iterator[Page]:
    """That page, with nothing gone wrong on it."""
    wrong: list[str] = []
    seat.on("pageerror", lambda error: wrong.append(str(error)))
    yield seat
    assert wrong == []


@pytest.fixture
def axe() -> str:
    """The checker of accessibility, as npm brings it."""
    return (Path(__file__).parents[4] / "consumers/web/assets/node_modules/axe-core/axe.min.js").read_text("utf-8")
