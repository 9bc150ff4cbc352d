"""The page put together: a gate before every address, the same care for every answer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException as Refusal

from consumers.web.gate import OWN_PASSWORD, MustChange, NotSignedIn, Ways, all_guarded
from consumers.web.house import House
from consumers.web.pages.account import Account
from consumers.web.pages.alerts import Alerts
from consumers.web.pages.byhand import ByHand
from consumers.web.pages.data import Data
from consumers.web.pages.effect import Effect
from consumers.web.pages.ladder import Ladders
from consumers.web.pages.links import Links
from consumers.web.pages.map import Map
from consumers.web.pages.newsroom import Newsroom
from consumers.web.pages.notices import Notices
from consumers.web.pages.now import Now
from consumers.web.pages.packs import Packs
from consumers.web.pages.persons import Persons
from consumers.web.pages.places import Places
from consumers.web.pages.problems import Problems
from consumers.web.pages.registers import Registers
from consumers.web.pages.reviews import Reviews
from consumers.web.pages.signing import Signing
from consumers.web.pages.tasking import Tasking
from consumers.web.pages.undoing import Undoing
from consumers.web.pages.users import Users
from consumers.web.render import Pages
from consumers.web.safety import guard
from consumers.web.static_files import static

# What the page is made of; whoever adds a part adds it here.
PARTS = (
    Signing,
    Account,
    Now,
    Newsroom,
    Alerts,
    Links,
    Tasking,
    Problems,
    Ladders,
    Registers,
    Reviews,
    Effect,
    Undoing,
    Map,
    Persons,
    Places,
    Users,
    Data,
    ByHand,
    Packs,
    Notices,
)


def create_app(house: House) -> FastAPI:
    """The page; raises ``Unguarded`` where an address of it names nobody who may take it."""
    app = FastAPI(
        title="Tocsin", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False, lifespan=_started
    )
    app.middleware("http")(guard(house))
    pages, ways = Pages(house), Ways(app, house)
    for part in PARTS:
        part(house, pages).mount(ways)
    ways.get("/static/{name}", static, may="come-in")
    _answer_refusals(app, pages)
    all_guarded(app)
    return app


def closing(app: FastAPI) -> None:
    """Have what would answer without end come to one, before the server waits for it."""
    for call in app.state.closing:
        call()


@asynccontextmanager
async def _started(app: FastAPI) -> AsyncIterator[None]:
    all_guarded(app)  # what was added since it was put together
    yield


def _answer_refusals(app: FastAPI, pages: Pages) -> None:
    async def problem(request: Request, error: Exception) -> Response:
        """The same for what is not there and for what may not be seen."""
        status = error.status_code if isinstance(error, Refusal) else 404
        request.state.visit = None
        return pages.page(request, "problem.html", status=status)

    async def sign_in(request: Request, _error: Exception) -> Response:
        path = request.url.path
        asked = request.method == "GET" and path != "/"
        return RedirectResponse(f"/sign-in?next={quote(path)}" if asked else "/sign-in", status_code=303)

    async def must_change(_request: Request, _error: Exception) -> Response:
        return RedirectResponse(OWN_PASSWORD, status_code=303)

    app.add_exception_handler(Refusal, problem)
    app.add_exception_handler(RequestValidationError, problem)
    app.add_exception_handler(NotSignedIn, sign_in)
    app.add_exception_handler(MustChange, must_change)
