"""The gate before every address of the page: who is it, may they, and is the form they sent one of ours?"""

import secrets
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from consumers.accounts.log import REFUSED, by_user, entry
from consumers.accounts.secret import agrees, derived
from consumers.accounts.sessions import Sitting, seen, sitting
from consumers.web.cookies import DOOR, SESSION, Cookies
from consumers.web.forms import Form, from_our_page, one, read_form, read_upload
from consumers.web.house import House
from consumers.web.told import reading
from consumers.web.visit import NotSignedIn, Visit
from schemas.roles import load_roles

WORD = "word"  # the hidden field that a form of ours carries
BY_ITSELF = "live"  # in the query of what a page asks for by itself, which keeps nobody signed in
OWN_PASSWORD = "/account/password"  # noqa: S105 - an address


Answer = Callable[..., Response | Coroutine[Any, Any, Response]]


class Unguarded(Exception):
    """An address of the page names nobody who may take it."""


class MustChange(Exception):
    """The person has a password that another knows, and must choose their own first."""


class Gate:
    """Judges whoever comes by one address, before anything is done for them."""

    def __init__(self, house: House, may: str, *, upload: bool = False) -> None:
        self._house, self.permission, self.upload = house, load_roles().permission(may), upload
        self._cookies = Cookies(tls=house.tls)

    async def __call__(self, request: Request) -> None:
        """Let them by, with what was found out; or raise."""
        if request.method == "POST" and not from_our_page(request, self._house.scheme):
            raise HTTPException(403)
        read = read_upload if self.upload else read_form
        form = await read(request) if request.method == "POST" else {}
        visit = await run_in_threadpool(self._visit, request, form)
        if request.method == "POST" and not agrees(one(form, WORD), visit.word):
            raise HTTPException(403)
        if not self.permission.anyone:
            await run_in_threadpool(self._judge, request, visit)
        request.state.visit = visit

    def _visit(self, request: Request, form: Form) -> Visit:
        secret, door, fresh = self._cookies.read(request, SESSION), self._cookies.read(request, DOOR), None
        found = self._sitting(secret, BY_ITSELF not in request.query_params) if secret else None
        if found is None and door is None:
            door = fresh = secrets.token_urlsafe(32)
        word = derived((secret if found else door) or "", WORD)
        return Visit(sitting=found, form=form, word=word, door=fresh, address=request.state.address)

    def _sitting(self, secret: str, by_hand: bool) -> Sitting | None:
        now, found = self._house.now(), who_sits(self._house, secret)
        if found is not None and by_hand and found.stale:
            with self._house.engine.begin() as connection:
                seen(connection, found.session, now)
        return found

    def _judge(self, request: Request, visit: Visit) -> None:
        """Whether the person may; of another agency they learn no more than of one that there is not."""
        who = visit.who
        if who.must_change and request.url.path not in (OWN_PASSWORD, "/sign-out"):
            raise MustChange
        if request.path_params.get("agency", who.agency) != who.agency:
            raise HTTPException(404)
        if not visit.may(self.permission.name):
            with self._house.engine.begin() as connection:
                line = entry(self._house.now(), by_user(who.user), REFUSED, f"page:{self.permission.name}")
                self._house.keep(connection, [line])
            raise HTTPException(403)


def who_sits(house: House, secret: str) -> Sitting | None:
    """Who sits there by the secret of a browser, if they still may."""
    with reading(house.engine) as connection:
        found = sitting(connection, secret, house.now(), house.rules)
    return found if found is not None and found.agency in house.partnership else None


def still_sits(request: Request, house: House) -> Callable[[], bool]:
    """Whether whoever the gate let by would be let by now, for an answer that goes on for long.

    What changes a person's rights ends their sessions, so that the session holds is enough.
    """
    secret = Cookies(tls=house.tls).read(request, SESSION) or ""
    return lambda: who_sits(house, secret) is not None


class Ways:
    """The page's addresses; each is added with the permission that it asks for."""

    def __init__(self, app: FastAPI, house: House) -> None:
        self._app, self._house = app, house

    def when_closing(self, call: Callable[[], None]) -> None:
        """What is to be done when the server stops, before it waits for those whom it still answers."""
        self._app.state.closing = [*getattr(self._app.state, "closing", ()), call]

    def get(self, path: str, answer: Answer, *, may: str) -> None:
        """An address that shows something and changes nothing."""
        self._add("GET", path, answer, may)

    def post(self, path: str, answer: Callable[..., Response], *, may: str, upload: bool = False) -> None:
        """An address that a form of ours is sent to; ``upload``: one that may carry a file."""
        self._add("POST", path, answer, may, upload=upload)

    def _add(self, method: str, path: str, answer: Callable[..., Any], may: str, *, upload: bool = False) -> None:
        self._app.add_api_route(
            path,
            answer,
            methods=[method],
            dependencies=[Depends(Gate(self._house, may, upload=upload))],
            response_class=HTMLResponse,
            response_model=None,
        )


def all_guarded(app: FastAPI) -> None:
    """Raise ``Unguarded`` where an address has no gate before it."""
    for route in app.routes:
        before = route.dependencies if isinstance(route, APIRoute) else ()
        if not any(isinstance(depends.dependency, Gate) for depends in before):
            raise Unguarded(getattr(route, "path", str(route)))


def to_sign_in(request: Request) -> str:
    """Where to sign in, to come back to what was asked for."""
    return "/sign-in" if request.method != "GET" or request.url.path == "/" else f"/sign-in?next={request.url.path}"


__all__ = ["BY_ITSELF", "OWN_PASSWORD", "WORD", "Gate", "MustChange", "NotSignedIn", "Unguarded", "Ways", "all_guarded"]
