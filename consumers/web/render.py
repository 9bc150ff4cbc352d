"""Pages as text: templates, what every page shows of who is signed in, and a tag so that none is sent twice."""

import hashlib
from datetime import datetime
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from consumers.web.cookies import DOOR, Cookies
from consumers.web.house import House
from consumers.web.navigation import rooms_beside, ways_from
from consumers.web.static_files import dressed
from consumers.web.visit import Visit
from consumers.words import UK, area_of, printable, when, why_of
from schemas.alert import how_seldom, so_many
from schemas.roles import load_roles


def _said(value: object) -> str:
    """Text as it may stand on the page: with nothing in it that hides or turns what is around it."""
    return printable(str(value))


def _clock(moment: datetime) -> str:
    """The time of day as a clock in the United Kingdom shows it."""
    return f"{moment.astimezone(UK):%H:%M}"


def in_words(value: object) -> str:
    """A word of a vocabulary as people write it: ``anti-social-behaviour`` as ``anti-social behaviour``."""
    return printable(str(value)).replace("-", " ").replace("anti social", "anti-social")


FILTERS = {"said": _said, "when": when, "area": area_of, "why": why_of, "words": in_words, "clock": _clock}


class Pages:
    """Makes the page's answers."""

    def __init__(self, house: House) -> None:
        self._house, self._cookies = house, Cookies(tls=house.tls)
        self._templates = Environment(
            loader=PackageLoader("consumers.web"),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= FILTERS
        self._templates.globals |= {
            "how_seldom": how_seldom,
            "so_many": so_many,
            "role_titles": load_roles().titles,
            "dressed": dressed(),
        }

    def page(self, request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
        """The page, or word that the browser has it already."""
        visit = getattr(request.state, "visit", None)
        ways = list(ways_from(visit, request.url.path)) if visit and visit.sitting else []
        beside = list(rooms_beside(visit, request.url.path)) if visit and visit.sitting else []
        shown = self._templates.get_template(template).render(
            visit=visit, agency=self._agency(visit), ways=ways, beside=beside, status=status, **values
        )
        body = shown.encode("utf-8", "replace")
        tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        if status == 200 and request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"ETag": tag})
        answer = HTMLResponse(body, status_code=status, headers={"ETag": tag})
        if visit is not None and visit.door:
            self._cookies.give(answer, DOOR, visit.door)
        return answer

    def piece(self, template: str, **values: Any) -> str:
        """A piece of a page, as text."""
        return self._templates.get_template(template).render(**values)

    def _agency(self, visit: Visit | None) -> Any:
        return self._house.partnership.get(visit.sitting.agency) if visit and visit.sitting else None
