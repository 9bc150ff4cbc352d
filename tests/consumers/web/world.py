"""Two agencies with something to hide from each other, and a browser for every role of each: where pages are tried."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from httpx2 import Response
from sqlalchemy import Engine, select

from consumers.accounts.openid import OpenId
from consumers.accounts.provider import Provider
from consumers.accounts.rules import page_rules
from consumers.accounts.sessions import sitting
from consumers.web.gate import Gate
from schemas.roles import load_roles
from schemas.tables import Stated, Told, User, Work
from tests.consumers.accounts.people import NOW, Log, a_user
from tests.consumers.watcher.alerts import an_alert
from tests.consumers.web.seats import Browser, a_house, tell
from tests.consumers.web.world_of_work import OF_WORK, WORK_FIELDS, WORK_QUERIES, write_work

ROLES = tuple(load_roles().titles)
HIDDEN = "hidden-of-housing"  # stands in all that only housing may see
LOOKED_AFTER = "looked-after"  # the user whom administrators try to change
AWAY = OpenId(issuer="http://127.0.0.1:9", client_id="c", agency_claim="a", roles_claim="r")  # nobody answers there

# What no agency has, by what the addresses call it.
NOTHING: Mapping[str, str] = {"alert": "a999", "user": "none", **dict.fromkeys(OF_WORK, "none")}
# What each form takes, filled in as it should be; a form that is not here is one that the run does not know.
FIELDS: Mapping[str, Mapping[str, str]] = {
    **WORK_FIELDS,
    "/sign-in": {"name": "ann", "password": "wrong", "next": "/account"},
    "/sign-out": {},
    "/account/sessions": {},
    "/account/password": {"old": "wrong", "new": "gravel-monsoon-teapot", "again": "gravel-monsoon-teapot"},
    "/agencies/{agency}/alerts/{alert}/reason": {"reason": "case", "words": "reference"},
    "/agencies/{agency}/packs": {"meeting": "weekly", "kind": "none", "day": "2024-03-11"},
    "/agencies/{agency}/send/report": {"category": "drugs", "from-day": "21", "from-month": "11", "from-year": "2026"},
    "/agencies/{agency}/send/table": {"table": "Reference,Reported,From,Category\nV1,2026-11-23,2026-11-21,burglary\n"},
    "/notices/channels": {"kind": "email", "address": "ann@council.example"},
    "/notices/channels/end": {"channel": "none"},
    "/notices/subscriptions": {"name": "Mine", "when": "live", "channel": "none", "kinds": "spike", "areas": "x"},
    "/notices/subscriptions/end": {"subscription": "none"},
    "/notices/quiet": {"starts": "22:00", "ends": "07:00", "an_hour": "6", "digest_at": "08:00"},
    "/notices/watch": {"what": "alert:a1", "area": "", "back": "/agencies/police"},
    "/notices/feeds": {},
    "/notices/feeds/end": {},
    "/agencies/{agency}/alerts/{alert}/judge": {"verdict": "not-an-issue", "words": "Known works"},
    "/agencies/{agency}/review": {"a": "m1", "b": "m2", "verdict": "same", "why": "One birth date"},
    "/agencies/{agency}/review/reason": {"reason": "quality", "words": "reference"},
    "/agencies/{agency}/review/undo": {"a": "m1", "b": "m2"},
    "/agencies/{agency}/users": {"name": "eve", "roles": "analyst"},
    "/agencies/{agency}/users/{user}/roles": {"roles": "coordinator"},
    "/agencies/{agency}/users/{user}/disable": {},
    "/agencies/{agency}/users/{user}/enable": {},
    "/agencies/{agency}/users/{user}/sign-out": {},
    "/agencies/{agency}/users/{user}/password": {},
}
# What each page reads from its query.
QUERIES: dict[str, tuple[str, ...]] = {
    **WORK_QUERIES,
    "/": (),
    "/sign-in": ("next",),
    "/sign-in/organisation": (),
    "/sign-in/organisation/back": ("code", "state", "iss"),
    "/account": (),
    "/account/password": (),
    "/agencies/{agency}": ("kind", "category", "area", "agency", "severity", "state", "watch", "page", "live"),
    "/agencies/{agency}/news": ("kind", "category", "area", "agency", "severity", "state", "watch", "seen", "live"),
    "/agencies/{agency}/map": ("days", "by", "category"),
    "/agencies/{agency}/map/streets.json": (),
    "/agencies/{agency}/map/tile": ("z", "x", "y"),
    "/agencies/{agency}/alerts/{alert}/person": (),
    "/agencies/{agency}/alerts/{alert}/place": (),
    "/agencies/{agency}/review": ("skip",),
    "/agencies/{agency}/alerts/{alert}": (),
    "/agencies/{agency}/packs": (),
    "/agencies/{agency}/data": ("find", "page", "sent"),
    "/agencies/{agency}/send": (),
    "/agencies/{agency}/send/example": (),
    "/notices": ("alert",),
    "/feeds/{secret}/alerts.atom": (),
    "/feeds/{secret}/reviews.ics": (),
    "/agencies/{agency}/users": (),
    "/static/{name}": (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One address of the page, as the page itself lists it."""

    method: str
    path: str
    may: str

    @property
    def fields(self) -> Mapping[str, str]:
        return FIELDS[self.path] if self.method == "POST" else {}

    @property
    def queries(self) -> tuple[str, ...]:
        return QUERIES[self.path] if self.method == "GET" else ()

    @property
    def params(self) -> tuple[str, ...]:
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))


def ways_of(app: FastAPI) -> list[Way]:
    """Every address, with the permission that its gate asks for."""
    return [
        Way(method=method, path=route.path, may=_gate(route).permission.name)
        for route in app.routes
        if isinstance(route, APIRoute)
        for method in sorted(route.methods)
    ]


def _gate(route: APIRoute) -> Gate:
    return next(depends.dependency for depends in route.dependencies if isinstance(depends.dependency, Gate))


@dataclass(kw_only=True)
class World:
    """The page over a store with two agencies; each request comes from an address of its own, so that none waits."""

    engine: Engine
    log: Log = field(default_factory=Log)
    asked: int = 0
    users: dict[tuple[str, str], str] = field(default_factory=dict)
    seats: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)  # a session's secret and its word
    _addresses: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        house = a_house(self.engine, self.log, provider=Provider(AWAY, lambda: NOW))
        self.browser = Browser(house, raise_server_exceptions=False)
        self.ways = ways_of(self.browser.app)  # type: ignore[arg-type]
        for agency, role in itertools.product(("police", "housing"), ROLES):
            self.users[agency, role] = a_user(self.engine, f"{role}@{agency}.example", agency, [role])
        for agency in ("police", "housing"):
            self.users[agency, LOOKED_AFTER] = a_user(self.engine, f"{LOOKED_AFTER}@{agency}.example", agency)
        person = {"id": "p1", "name": "Ricky Thorn", "roles": ["suspect"]}
        shown = {"person": person, "place": {"id": "l1", "text": "Mill Lane"}}
        tell(self.engine, "police", an_alert(1, **shown), an_alert(2))
        secret: dict[str, Any] = {"title": HIDDEN, "why": [HIDDEN], "area": {"name": HIDDEN}}
        secret["person"] = {"id": HIDDEN, "name": HIDDEN, "roles": ["suspect"]}
        secret["evidence"] = [HIDDEN]  # what rests on the same reports is one issue, whoever tells of it
        tell(self.engine, "housing", an_alert(7, **secret), an_alert(8, title=HIDDEN, evidence=[HIDDEN]))
        self.work = {
            "police": write_work(self.engine, "police", "a1", "p1", "Seen"),
            "housing": write_work(self.engine, "housing", "a7", HIDDEN, HIDDEN),
        }

    def own(self, agency: str = "police") -> dict[str, str]:
        """What the addresses name, of this agency."""
        alert = "a1" if agency == "police" else "a7"
        return {
            "agency": agency,
            "alert": alert,
            "user": self.users[agency, LOOKED_AFTER],
            "name": "icon.svg",
            "secret": "none",
            **self.work[agency],
        }

    def sit(self, agency: str, role: str) -> str:
        """Have the browser be this person's, in a new session; returns what its forms carry."""
        self.browser.sit(self.users[agency, role])
        return self.browser.word()

    def remain(self, agency: str, role: str) -> str:
        """Have the browser be this person's, in the session they last had here while it holds, else in a new one."""
        secret, word = self.seats.get((agency, role), ("", ""))
        if not self._holds(secret):
            word = self.sit(agency, role)
            self.seats[agency, role] = self.browser.secret, word
        else:
            self.browser.hold(secret)
        return word

    def _holds(self, secret: str) -> bool:
        with self.engine.begin() as connection:
            return sitting(connection, secret, NOW, page_rules()) is not None

    def leave(self) -> None:
        """Have the browser be nobody's."""
        self.browser.cookies.clear()

    def ask(self, way: Way, named: Mapping[str, str] | None = None, **others: Any) -> Response:
        """One request to the address; ``named`` fills its path, as it stands."""
        path = way.path
        for name, value in {**self.own(), **(named or {})}.items():
            path = path.replace(f"{{{name}}}", value)
        query = others.pop("query", "")
        return self.request(others.pop("method", way.method), f"{path}?{query}" if query else path, **others)

    def request(self, method: str, path: str, **others: Any) -> Response:
        """One request, from the next address."""
        self.asked += 1
        number = next(self._addresses)
        self.browser._transport.client = (f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}", 50000)  # type: ignore[attr-defined]
        return self.browser.request(method, path, **others)

    def submit(self, way: Way, word: str, named: Mapping[str, str] | None = None, **fields: str) -> Response:
        """The address's form, sent as a browser sends one of the page's own."""
        return self.ask(way, named, data={**way.fields, "word": word, **fields}, headers={"origin": self.origin})

    @property
    def origin(self) -> str:
        """What the browser says of where a form of the page's own came from."""
        return str(self.browser.base_url).rstrip("/")

    def standing(self, agency: str) -> str:
        """All that the page could change of an agency, but for its sessions."""
        told = select(Told.alert, Told.version, Told.body).where(Told.agency == agency).order_by(Told.alert)
        with self.engine.begin() as connection:
            users = connection.execute(select(User).where(User.agency == agency).order_by(User.name)).all()
            stated = connection.execute(select(Stated.person).where(Stated.person == HIDDEN)).all()
            work = connection.execute(select(Work).where(Work.agency == agency).order_by(Work.id)).all()
            return repr((users, connection.execute(told).all(), stated, work))
