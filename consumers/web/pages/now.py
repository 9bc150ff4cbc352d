"""What stands now: the alerts an agency was told of, and when others last reported."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import HTTPException, Request, Response
from sqlalchemy import Connection

from consumers.copies import Copy
from consumers.notices.watching import watched_by
from consumers.web.choice import STATES, Choice, agencies_of
from consumers.web.gate import BY_ITSELF, Ways
from consumers.web.house import House
from consumers.web.news import marks
from consumers.web.remembered import Remembered
from consumers.web.render import Pages, in_words
from consumers.web.told import copies_of, feed_of, gravest_first, how_many, reading
from consumers.web.visit import visit_of
from consumers.words import area_of, printable

A_PAGE = 50
QUIET_AFTER = timedelta(days=3)  # a weekend is no silence


class Now:
    """What the agency of whoever is signed in was told."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages
        self._known = Remembered[Mapping[str, datetime]](house.seconds)

    def mount(self, ways: Ways) -> None:
        """Add the addresses."""
        ways.get("/agencies/{agency}", self.now, may="read-alerts")

    def now(self, request: Request, agency: str, page: int = 1) -> Response:
        """The agency's alerts, the gravest first and among those the newest."""
        choice = Choice.read(request.query_params)
        if page < 1:
            raise HTTPException(404)
        with reading(self._house.engine) as connection:
            copies, watched = copies_of(connection, agency), watched_by(connection, visit_of(request).who.user)
            feed, feeds = feed_of(connection, agency), self._feeds(connection, agency)
        wanted = gravest_first(copy for copy in copies if choice.let_through(copy, watched))
        first = (page - 1) * A_PAGE
        remembered = urlencode({"seen": marks(wanted), BY_ITSELF: "1"})
        return self._pages.page(
            request,
            "now.html",
            choice=choice,
            choices=_choices(copies),
            feed=feed,
            feeds=feeds,
            total=len(copies),
            counts=how_many(wanted),
            copies=wanted[first : first + A_PAGE],
            page=page,
            more=len(wanted) > first + A_PAGE,
            here=_address(agency, choice.query),
            news=_address(f"{agency}/news", "&".join(part for part in (choice.query, remembered) if part)),
            made_at=self._house.now(),
        )

    def _feeds(self, connection: Connection, agency: str) -> Sequence[tuple[str, datetime, bool]]:
        """The other agencies by title, when each last reported as far as may be known, and whether that is long ago."""
        known = self._known.of(agency, "feeds", lambda: self._house.stages.feeds(connection, agency))
        now, partnership = self._house.now(), self._house.partnership
        return [
            (partnership[name].title, known[name], now - known[name] > QUIET_AFTER)
            for name in partnership
            if name in known and name != agency
        ]


def _choices(copies: Sequence[Copy]) -> Mapping[str, Sequence[tuple[str, str]]]:
    """What there is to choose from: what the agency's copies hold, and nothing else."""
    return {
        "kind": _listed(copy.get("kind") for copy in copies),
        "category": _listed(copy.get("category") for copy in copies),
        "area": [(area, printable(area)) for area in sorted({area_of(copy) for copy in copies} - {""})],
        "agency": _listed(name for copy in copies for name in agencies_of(copy)),
        "state": list(STATES.items()),
    }


def _listed(values: Iterable[Any]) -> list[tuple[str, str]]:
    return [(value, in_words(value)) for value in sorted({str(value) for value in values if value})]


def _address(path: str, query: str) -> str:
    return f"/agencies/{path}?{query}" if query else f"/agencies/{path}"
