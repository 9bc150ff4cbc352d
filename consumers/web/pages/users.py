"""An agency's users, for its administrators."""

import re
from collections.abc import Callable

from fastapi import HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from consumers.accounts.log import by_user
from consumers.accounts.users import Desk, NotDone, Someone, found, listed, one_time_password
from consumers.web.forms import one
from consumers.web.gate import Ways
from consumers.web.house import House
from consumers.web.render import Pages
from consumers.web.told import reading
from consumers.web.visit import visit_of

IS_ID = re.compile(r"[0-9a-f-]{36}")
HERE = "/agencies/{agency}/users"
Change = Callable[[Desk, Someone, Request], None]


class Users:
    """Who of an agency may use the page."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages

    def mount(self, ways: Ways) -> None:
        """Add the addresses."""
        ways.get(HERE, self.users, may="manage-users")
        ways.post(HERE, self.add, may="manage-users")
        ways.post(f"{HERE}/{{user}}/roles", self._changing(_roles), may="manage-users")
        ways.post(f"{HERE}/{{user}}/disable", self._changing(_disable), may="manage-users")
        ways.post(f"{HERE}/{{user}}/enable", self._changing(_enable), may="manage-users")
        ways.post(f"{HERE}/{{user}}/sign-out", self._changing(_sign_out), may="manage-users")
        ways.post(f"{HERE}/{{user}}/password", self.new_password, may="manage-users")

    def users(self, request: Request, agency: str) -> Response:
        """Everyone of the agency."""
        return self._list(request, agency)

    def add(self, request: Request, agency: str) -> Response:
        """Add someone, with a password for the first time that is shown once."""
        form, password = visit_of(request).form, one_time_password()
        kept = self._house.passwords.kept(password)
        try:
            with self._house.engine.begin() as connection:
                desk, name = self._desk(request, connection), one(form, "name")
                desk.add(name=name, agency=agency, roles=form.get("roles", ()), kept=kept, must_change=True)
        except NotDone as why:
            return self._list(request, agency, status=400, says=str(why))
        return self._list(request, agency, told=(name, password))

    def new_password(self, request: Request, agency: str, user: str) -> Response:
        """Give someone a password for one time, shown once."""
        password = one_time_password()
        kept = self._house.passwords.kept(password)
        with self._house.engine.begin() as connection:
            desk = self._desk(request, connection)
            someone = self._of(desk, agency, user)
            if someone.elsewhere or someone.id == desk.own:
                raise HTTPException(404)
            desk.set_password(someone.id, kept, must_change=True)
        return self._list(request, agency, told=(someone.name, password))

    def _changing(self, change: Change) -> Callable[..., Response]:
        """An answer that makes one change to one user of the agency."""

        def answer(request: Request, agency: str, user: str) -> Response:
            try:
                with self._house.engine.begin() as connection:
                    desk = self._desk(request, connection)
                    change(desk, self._of(desk, agency, user), request)
            except NotDone as why:
                return self._list(request, agency, status=400, says=str(why))
            return RedirectResponse(HERE.format(agency=agency), status_code=303)

        return answer

    def _of(self, desk: Desk, agency: str, user: str) -> Someone:
        """The user, if of this agency; of another's nothing is said."""
        someone = found(desk.connection, id=user) if IS_ID.fullmatch(user) else None
        if someone is None or someone.agency != agency:
            raise HTTPException(404)
        return someone

    def _desk(self, request: Request, connection: Connection) -> Desk:
        own = visit_of(request).who.user
        return Desk(connection=connection, keep=self._house.keep, at=self._house.now(), by=by_user(own), own=own)

    def _list(
        self,
        request: Request,
        agency: str,
        *,
        status: int = 200,
        says: str = "",
        told: tuple[str, str] | None = None,
    ) -> Response:
        with reading(self._house.engine) as connection:
            users = listed(connection, agency)
        days = self._house.rules.one_time.days
        return self._pages.page(
            request, "users.html", status=status, users=users, says=says, told=told, one_time_days=days
        )


def _roles(desk: Desk, someone: Someone, request: Request) -> None:
    if someone.elsewhere:
        raise NotDone("Their organisation says which roles they have.")
    desk.set_roles(someone.id, visit_of(request).form.get("roles", ()))


def _disable(desk: Desk, someone: Someone, _request: Request) -> None:
    desk.disable(someone.id)


def _enable(desk: Desk, someone: Someone, _request: Request) -> None:
    desk.enable(someone.id)


def _sign_out(desk: Desk, someone: Someone, _request: Request) -> None:
    desk.sign_out(someone.id)
