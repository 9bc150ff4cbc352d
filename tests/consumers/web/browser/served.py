"""The page on a port of this machine's own, and a browser before it."""

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socket import socket

import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import Engine

from consumers.accounts.users import Desk, NotDone
from consumers.web import House, create_app
from deploy.broker.ports import free_port
from deploy.page import PageServer
from deploy.recording import keep
from deploy.stages import stages_of
from schemas.agencies import load_partnership
from tests.consumers.accounts.people import cheap
from tests.consumers.web.browser.town import NOW, PASSWORD

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
ROLES = ("administrator", "analyst", "coordinator", "information-governance")


@contextmanager
def served(engine: Engine, listening: socket | None = None, processes: int = 1) -> Iterator[str]:
    """Where the page of a store answers; each agency has one person, called as it is, with every role.

    ``listening``: a socket that other processes of the page take from, too.
    """
    port, partnership = listening.getsockname()[1] if listening else free_port(), load_partnership()
    url = f"http://127.0.0.1:{port}"
    house = House(
        engine=engine,
        partnership=partnership,
        keep=keep,
        stages=stages_of(partnership),
        url=url,
        passwords=cheap(),
        now=lambda: NOW,
        processes=processes,
    )
    add_people(engine)
    page = create_app(house)
    server = PageServer(uvicorn.Config(page, host="127.0.0.1", port=port, log_config=None, ws="none"), page)
    sockets = None if listening is None else [listening]
    thread = threading.Thread(target=server.run, args=(sockets,), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield url
    finally:
        server.should_exit = True
        thread.join()


def add_people(engine: Engine) -> None:
    """Let in one person of each agency, with every role."""
    kept = cheap().kept(PASSWORD)
    with engine.begin() as connection, suppress(NotDone):  # one of several processes has added them
        desk = Desk(connection=connection, keep=keep, at=NOW, by="tests")
        for agency in sorted(load_partnership()):
            desk.add(name=f"alex@{agency}.example", agency=agency, roles=ROLES, kept=kept)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def sign_in(page: Page, url: str, agency: str = "police") -> Page:
    """Be signed in there as the agency's own, by the form."""
    page.goto(f"{url}/sign-in")
    page.get_by_label("Name", exact=True).fill(f"alex@{agency}.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{url}/agencies/**")
    return page
