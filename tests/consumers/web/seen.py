"""All that an agency gets from the page: every address it lists, what is not there among them, and what that took."""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event, select

from schemas.tables import Told
from tests.consumers.accounts.people import a_user
from tests.consumers.web.seats import WORD, Browser, a_house
from tests.consumers.web.world import FIELDS, ROLES, Way, ways_of

WHOEVER = "somebody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, and how many statements were put to the store for it: what its time is made of."""

    status: int
    headers: tuple[tuple[str, str], ...]
    content: bytes
    statements: int


def page_to(engine: Engine, agency: str, alerts: Iterable[str], **others: Any) -> dict[str, Answer]:
    """Every address, asked by one of the agency in every role, of its alerts and of ``alerts`` that it may not have.

    An address is asked as a browser asks it, and then with what it names not there, or another agency's.
    """
    ticks = itertools.count()  # so many requests at once would be a flood: each comes a second after the one before
    house = a_house(engine, seconds=lambda: float(next(ticks)), **others)
    browser = Browser(house, raise_server_exceptions=False)
    user = a_user(engine, f"{WHOEVER}@{agency}.example", agency, ROLES)
    browser.sit(user)
    found: dict[str, Answer] = {}
    shown = persons_shown(engine, agency)
    with counted(engine) as count, browser:
        for way in ways_of(browser.app):  # type: ignore[arg-type]
            if way.path in ("/sign-out", "/account/sessions", "/account/password"):
                continue  # each ends the session that asks
            if way.path == "/notices/feeds":
                continue  # shows a secret that is new each time
            for path in _paths(way, agency, {"alert": sorted(alerts), "user": [user], "person": shown}):
                before = len(count)
                answer = _asked(browser, way, path)
                content = WORD.sub("", answer.text.replace(user, WHOEVER)).encode()
                kept = [(name, value) for name, value in answer.headers.items() if name not in ("set-cookie", "etag")]
                found[f"{way.method} {path.replace(user, WHOEVER)}"] = Answer(
                    status=answer.status_code,
                    headers=tuple(sorted(kept)),
                    content=content,
                    statements=len(count) - before,
                )
    return found


def _asked(browser: Browser, way: Way, path: str) -> Any:
    if way.method == "POST":
        return browser.submit(path, dict(FIELDS.get(way.path, {})))
    return browser.get(path)


def persons_shown(engine: Engine, agency: str) -> list[str]:
    """The persons that an agency's copies show."""
    with engine.begin() as connection:
        bodies = connection.execute(select(Told.body).where(Told.agency == agency, Told.body.is_not(None))).scalars()
        return sorted({body["person"]["id"] for body in bodies if body.get("person")})


def _paths(way: Way, agency: str, things: Mapping[str, list[str]]) -> Iterator[str]:
    if way.method == "POST" and way.may == "manage-users":
        return  # they change people, of whom reports say nothing
    here = way.path.replace("{agency}", agency).replace("{name}", "icon.svg")
    named = {name: [*some, "none"] for name, some in things.items()}
    mine = [here.replace(f"{{{name}}}", value) for name in named if name in way.params for value in named[name]] or [
        here
    ]
    yield from mine
    yield from (f"{here}?{query}={value}" for query in way.queries for value in ("2", "high", "theme"))
    if "agency" in way.params:
        yield from (
            path.replace(f"/{agency}", f"/{other}") for path in (mine[0], mine[-1]) for other in ("police", "none")
        )


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that are put to a store."""
    said: list[str] = []

    def say(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    event.listen(engine, "before_cursor_execute", say)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", say)
