"""Signing in, by password or with one's own organisation, and out."""

import re
from math import ceil

import structlog
from fastapi import HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from consumers.accounts.openid import NotVouched
from consumers.accounts.sessions import end, id_of
from consumers.accounts.signing import Refused
from consumers.accounts.users import anyone_can_sign_in
from consumers.web.cookies import DOOR, ORGANISATION, SESSION, Cookies
from consumers.web.forms import one
from consumers.web.gate import Ways
from consumers.web.house import House
from consumers.web.render import Pages
from consumers.web.told import reading
from consumers.web.visit import Visit, visit_of

BACK = "/sign-in/organisation/back"
AWAY_S = 600
OURS = re.compile(r"/(?!/)[A-Za-z0-9/_~-]{0,300}")

log = structlog.get_logger()


class Signing:
    """Where people come in and leave."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages, self._cookies = house, pages, Cookies(tls=house.tls)

    def mount(self, ways: Ways) -> None:
        """Add the addresses."""
        ways.get("/", self.home, may="own-account")
        ways.get("/sign-in", self.form, may="come-in")
        ways.post("/sign-in", self.sign_in, may="come-in")
        ways.get("/sign-in/organisation", self.away, may="come-in")
        ways.get(BACK, self.back, may="come-in")
        ways.post("/sign-out", self.sign_out, may="own-account")

    def home(self, request: Request) -> Response:
        """To what the person is here for."""
        return RedirectResponse(home_of(visit_of(request)), status_code=303)

    def form(self, request: Request) -> Response:
        """The form to sign in with."""
        visit = visit_of(request)
        if visit.sitting is not None:
            return RedirectResponse(home_of(visit), status_code=303)
        return self._form(request, request.query_params.get("next", ""))

    def sign_in(self, request: Request) -> Response:
        """Judge a name and a password."""
        if not self._house.local:
            raise HTTPException(404)
        visit = visit_of(request)
        house, onward = self._house, one(visit.form, "next")
        tried = house.door.sign_in(one(visit.form, "name"), one(visit.form, "password"), visit.address, house.now())
        if isinstance(tried, str):
            return self._let_in(request, tried, onward)
        if tried.wait is not None:
            wait = _span(ceil(tried.wait.total_seconds()))
            return self._form(request, onward, status=429, says=f"Too many wrong tries. Wait {wait}, then try again.")
        return self._form(request, onward, status=403, says="The name or the password is wrong.")

    def away(self, request: Request) -> Response:
        """To the organisation that signs people in."""
        if self._house.provider is None:
            raise HTTPException(404)
        try:
            ticket = self._house.provider.ticket()
            answer = RedirectResponse(self._house.provider.address(ticket, self._back()), status_code=303)
        except NotVouched as why:
            return self._not_vouched(request, why)
        self._cookies.give(answer, ORGANISATION, ticket, seconds=AWAY_S)
        return answer

    def back(self, request: Request) -> Response:
        """From there, with word of who it is."""
        if self._house.provider is None:
            raise HTTPException(404)
        ticket = self._cookies.read(request, ORGANISATION) or ""
        try:
            who = self._house.provider.who(ticket, self._back(), dict(request.query_params))
        except NotVouched as why:
            return self._not_vouched(request, why)
        tried = self._house.door.sign_in_vouched(who, self._house.now())
        if isinstance(tried, Refused):
            return self._form(request, "", status=403, says=NOT_VOUCHED)
        answer = self._let_in(request, tried, "")
        self._cookies.take(answer, ORGANISATION)
        return answer

    def sign_out(self, request: Request) -> Response:
        """End the session, and have the browser forget it."""
        self._house.door.sign_out(visit_of(request).who, self._house.now())
        answer = RedirectResponse("/sign-in", status_code=303)
        self._cookies.take(answer, SESSION)
        return answer

    def _let_in(self, request: Request, secret: str, onward: str) -> Response:
        """Give the browser its new session; the one it came with, whosever it was, ends."""
        if held := self._cookies.read(request, SESSION):
            with self._house.engine.begin() as connection:
                end(connection, id_of(held))
        answer = RedirectResponse(onward if OURS.fullmatch(onward) else "/", status_code=303)
        self._cookies.give(answer, SESSION, secret)
        self._cookies.take(answer, DOOR)
        return answer

    def _not_vouched(self, request: Request, why: NotVouched) -> Response:
        log.warning("an organisation's word was refused", why=str(why))
        self._house.door.not_vouched(str(why), visit_of(request).address, self._house.now())
        return self._form(request, "", status=403, says=NOT_VOUCHED)

    def _form(self, request: Request, onward: str, *, status: int = 200, says: str = "") -> Response:
        with reading(self._house.engine) as connection:
            anyone = self._house.provider is not None or anyone_can_sign_in(connection)
        return self._pages.page(
            request,
            "sign_in.html",
            status=status,
            says=says,
            onward=onward if OURS.fullmatch(onward) else "",
            local=self._house.local,
            provider=self._house.provider,
            anyone=anyone,
        )

    def _back(self) -> str:
        return f"{self._house.url}{BACK}"


NOT_VOUCHED = "You could not be signed in that way. Ask your agency's administrator."


def home_of(visit: Visit) -> str:
    """The address of what a person is here for."""
    if visit.may("read-alerts"):
        return f"/agencies/{visit.who.agency}"
    return f"/agencies/{visit.who.agency}/users" if visit.may("manage-users") else "/account"


def _span(seconds: int) -> str:
    if seconds < 60:
        return f"{seconds} second{'' if seconds == 1 else 's'}"
    return f"{ceil(seconds / 60)} minutes"
