"""Browsers in which somebody is signed in, or nobody."""

import re
from collections.abc import Sequence
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import Engine

from consumers.accounts.rules import page_rules
from consumers.accounts.sessions import begin
from consumers.web import House, create_app
from deploy.stages import stages_of
from schemas.agencies import load_partnership
from schemas.tables import Told
from streams.sharing.known import Known
from streams.store import add, writing
from tests.consumers.accounts.people import NOW, Log, a_user, cheap

URL = "http://localhost:8080"
WORD = re.compile(r'name="word" value="([0-9a-f]{64})"')


def a_house(engine: Engine, log: Log | None = None, **others: Any) -> House:
    partnership = others.pop("partnership", None) or load_partnership()
    known = {"stages": stages_of(partnership), "knowing": Known(partnership=partnership)}
    standing: dict[str, Any] = {"passwords": cheap(), "now": lambda: NOW, "listens_s": 0, **known, **others}
    return House(engine=engine, partnership=partnership, keep=log or Log(), **standing)


class Browser(TestClient):
    """A browser as it behaves: it says which page a form came from, and keeps to itself where it is sent."""

    def __init__(self, house: House, url: str = URL, **others: Any) -> None:
        super().__init__(create_app(house), base_url=url, follow_redirects=False, **others)
        self.house = house

    def sit(self, user: str) -> "Browser":
        """Be signed in as the user, without the form."""
        with self.house.engine.begin() as connection:
            secret = begin(connection, user, self.house.now(), page_rules())
        return self.hold(secret)

    def hold(self, secret: str) -> "Browser":
        """Hold this as the secret of a session, as if the page had given it."""
        self.cookies.clear()
        self.cookies.set(self._cookie, secret, domain="localhost.local")
        return self

    @property
    def secret(self) -> str:
        """That of the session it holds; nothing where it holds none."""
        return self.cookies.get(self._cookie) or ""

    @property
    def _cookie(self) -> str:
        return "__Host-tocsin" if self.house.tls else "tocsin"

    def word(self, path: str = "/account") -> str:
        """What a form on that page carries."""
        found = WORD.search(self.get(path).text)
        assert found, f"no form on {path}"
        return found[1]

    def submit(
        self, path: str, fields: dict[str, Any] | None = None, *, seen_on: str = "/account", **others: Any
    ) -> Any:
        """Send a form of the page ``seen_on``."""
        headers = {"origin": str(self.base_url).rstrip("/"), **others.pop("headers", {})}
        return self.post(path, data={"word": self.word(seen_on), **(fields or {})}, headers=headers, **others)


def sat(engine: Engine, agency: str = "police", roles: Sequence[str] = ("analyst",), **others: Any) -> Browser:
    """A browser in which a new user of the agency is signed in."""
    house = a_house(engine, **others)
    name = f"{'-'.join(roles)}@{agency}.example"
    return Browser(house).sit(a_user(engine, name, agency, roles))


def tell(engine: Engine, agency: str, *copies: dict[str, Any]) -> None:
    rows = [
        {
            "alert": copy["id"],
            "agency": agency,
            "key": copy["id"],
            "version": copy["version"],
            "digest": "",
            "body": copy,
        }
        for copy in copies
    ]
    with writing(engine) as connection:
        add(connection, Told, rows)
