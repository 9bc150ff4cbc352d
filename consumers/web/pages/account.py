"""One's own account: where one is signed in, and one's password."""

from fastapi import HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from consumers.accounts.log import by_user
from consumers.accounts.passwords import TooWeak, will_do
from consumers.accounts.sessions import begin, seats
from consumers.accounts.users import Desk
from consumers.web.cookies import SESSION, Cookies
from consumers.web.forms import one
from consumers.web.gate import OWN_PASSWORD, Ways
from consumers.web.house import House
from consumers.web.render import Pages
from consumers.web.told import reading
from consumers.web.visit import Visit, visit_of


class Account:
    """What everyone may look after themselves."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages, self._cookies = house, pages, Cookies(tls=house.tls)

    def mount(self, ways: Ways) -> None:
        """Add the addresses."""
        ways.get("/account", self.account, may="own-account")
        ways.post("/account/sessions", self.end_sessions, may="own-account")
        ways.get(OWN_PASSWORD, self.form, may="own-account")
        ways.post(OWN_PASSWORD, self.change, may="own-account")

    def account(self, request: Request) -> Response:
        """Who one is here, and where one is signed in."""
        visit = visit_of(request)
        with reading(self._house.engine) as connection:
            held = seats(connection, visit.who.user, self._house.now(), self._house.rules)
        return self._pages.page(request, "account.html", seats=held)

    def end_sessions(self, request: Request) -> Response:
        """Sign out everywhere, and in again here alone."""
        visit = visit_of(request)
        with self._house.engine.begin() as connection:
            desk = Desk(connection=connection, keep=self._house.keep, at=self._house.now(), by=by_user(visit.who.user))
            desk.sign_out(visit.who.user)
            secret = begin(connection, visit.who.user, self._house.now(), self._house.rules)
        return self._seated("/account", secret)

    def form(self, request: Request) -> Response:
        """The form to change one's password with."""
        if visit_of(request).who.elsewhere:
            raise HTTPException(404)
        return self._form(request)

    def change(self, request: Request) -> Response:
        """Change it: the old one must be right, the new one must do; every other session ends."""
        visit, house = visit_of(request), self._house
        if visit.who.elsewhere:
            raise HTTPException(404)
        if says := self._wrong_with(visit):
            return self._form(request, status=400, says=says)
        if not house.door.knows_password(visit.who, one(visit.form, "old"), visit.address, house.now()):
            return self._form(request, status=400, says="The password you have now is wrong, or was wrong too often.")
        kept = house.passwords.kept(one(visit.form, "new"))
        with house.engine.begin() as connection:
            desk = Desk(connection=connection, keep=house.keep, at=house.now(), by=by_user(visit.who.user))
            desk.set_password(visit.who.user, kept, must_change=False)
            secret = begin(connection, visit.who.user, house.now(), house.rules)
        return self._seated("/", secret)

    def _wrong_with(self, visit: Visit) -> str:
        """Why the new password will not do; empty where it will."""
        new = one(visit.form, "new")
        if new != one(visit.form, "again"):
            return "The two new passwords differ."
        if new == one(visit.form, "old"):
            return "The new password is the one you have."
        try:
            will_do(new, self._house.rules, [visit.who.name, *visit.who.name.split("@"), visit.who.agency])
        except TooWeak as why:
            return f"The new password will not do. {why}"
        return ""

    def _seated(self, onward: str, secret: str) -> Response:
        answer = RedirectResponse(onward, status_code=303)
        self._cookies.give(answer, SESSION, secret)
        return answer

    def _form(self, request: Request, *, status: int = 200, says: str = "") -> Response:
        shortest = self._house.rules.shortest_password
        return self._pages.page(request, "password.html", status=status, says=says, shortest=shortest)
