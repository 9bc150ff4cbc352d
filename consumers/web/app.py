"""The page's addresses: a start page, an agency's alerts, one alert."""

import hashlib
from importlib.resources import files
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from sqlalchemy import Engine
from starlette.exceptions import HTTPException

from consumers.filters import Filters
from consumers.web.safety import LOOPBACK, guard
from consumers.web.told import copies_of, copy_of, feeds_of, how_many, reading
from consumers.words import SEVERITIES, area_of, printable, when, why_of
from schemas.agencies import Agency, Partnership

A_PAGE = 50
STATIC = {"style.css": "text/css", "refresh.js": "text/javascript", "icon.svg": "image/svg+xml"}


def create_app(engine: Engine, partnership: Partnership, *, hosts: frozenset[str] = LOOPBACK) -> FastAPI:
    """The page over a store; it reads, and writes nothing. ``hosts`` are the names it answers to."""
    app = FastAPI(title="Tocsin", docs_url=None, redoc_url=None, openapi_url=None)
    app.middleware("http")(guard(hosts))
    pages = _Pages(engine, partnership)
    app.add_api_route("/", pages.start, response_class=HTMLResponse)
    app.add_api_route("/agencies/{agency}", pages.alerts, response_class=HTMLResponse)
    app.add_api_route("/agencies/{agency}/alerts/{alert}", pages.alert, response_class=HTMLResponse)
    app.add_api_route("/static/{name}", _static)
    app.add_exception_handler(HTTPException, pages.problem)
    app.add_exception_handler(Exception, _failed)
    return app


class _Pages:
    def __init__(self, engine: Engine, partnership: Partnership) -> None:
        self._engine, self._partnership = engine, partnership
        self._templates = Environment(
            loader=PackageLoader("consumers.web"),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {"said": _said, "when": when, "area": area_of, "why": why_of, "words": _words}

    def start(self, request: Request, agency: str | None = None) -> Response:
        """Choose an agency, and see when each last reported."""
        if agency is not None:
            return RedirectResponse(f"/agencies/{self._known(agency).name}", status_code=303)
        with reading(self._engine) as connection:
            feeds = feeds_of(connection, self._partnership, sorted(self._partnership))
        return self._page(request, "start.html", feeds=feeds, chosen=None)

    def alerts(self, request: Request, agency: str, kind: str = "", severity: str = "low", page: int = 1) -> Response:
        """The agency's alerts, newest first."""
        member = self._known(agency)
        if severity not in SEVERITIES or page < 1:
            raise HTTPException(404)
        filters = Filters(kinds=frozenset({kind} if kind else ()), min_severity=severity)
        with reading(self._engine) as connection:
            copies = copies_of(connection, agency)
            (feed,) = feeds_of(connection, self._partnership, [agency])
        wanted = [copy for copy in copies if filters.let_through(copy)]
        first = (page - 1) * A_PAGE
        return self._page(
            request,
            "alerts.html",
            chosen=member,
            feed=feed,
            total=len(copies),
            counts=how_many(wanted),
            copies=wanted[first : first + A_PAGE],
            kinds=sorted({str(copy.get("kind", "")) for copy in copies}),
            kind=kind,
            severity=severity,
            page=page,
            more=len(wanted) > first + A_PAGE,
        )

    def alert(self, request: Request, agency: str, alert: str) -> Response:
        """One alert, as the agency was given it."""
        member = self._known(agency)
        with reading(self._engine) as connection:
            copy = copy_of(connection, agency, alert)
        if copy is None:
            raise HTTPException(404)
        return self._page(request, "alert.html", chosen=member, copy=copy)

    async def problem(self, request: Request, error: Exception) -> Response:
        """A page that says there is none; the same for what is not there and what may not be seen."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        return self._page(request, "problem.html", status=status, chosen=None)

    def _known(self, agency: str) -> Agency:
        if agency not in self._partnership:
            raise HTTPException(404)
        return self._partnership[agency]

    def _page(self, request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
        shown = self._templates.get_template(template).render(
            agencies=[self._partnership[name] for name in sorted(self._partnership)], status=status, **values
        )
        body = shown.encode("utf-8", "replace")
        tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        if status == 200 and request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"ETag": tag})
        return HTMLResponse(body, status_code=status, headers={"ETag": tag})


def _static(name: str) -> Response:
    if name not in STATIC:
        raise HTTPException(404)
    return Response(files("consumers.web").joinpath(f"static/{name}").read_bytes(), media_type=STATIC[name])


async def _failed(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("Something went wrong; the log says what.", status_code=500)


def _said(value: object) -> str:
    """Text as it may stand on the page: with nothing in it that hides or turns what is around it."""
    return printable(str(value))


def _words(value: object) -> str:
    """A word of a vocabulary as people write it: ``anti-social-behaviour`` as ``anti-social behaviour``."""
    return printable(str(value)).replace("-", " ").replace("anti social", "anti-social")
