"""What stands now: the alerts an agency was told of, and word of what comes while the list is being read."""

from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import HTTPException, Request, Response

from consumers.filters import Filters
from consumers.web.gate import BY_ITSELF, Ways
from consumers.web.house import House
from consumers.web.news import marks, news_since, stream
from consumers.web.render import Pages, in_words
from consumers.web.told import copies_of, feed_of, how_many, reading
from consumers.words import SEVERITIES

A_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What somebody chose to see of the list."""

    kind: str = ""
    severity: str = "low"

    @property
    def filters(self) -> Filters:
        """What an alert must be to be shown; raises 404 where there is no such severity."""
        if self.severity not in SEVERITIES:
            raise HTTPException(404)
        return Filters(kinds=frozenset({self.kind} if self.kind else ()), min_severity=self.severity)

    @property
    def query(self) -> str:
        """The choice as an address carries it."""
        standing = Choice()
        chosen = {name: getattr(self, name) for name in self.__slots__}
        return urlencode({name: value for name, value in chosen.items() if value != getattr(standing, name)})


class Now:
    """What the agency of whoever is signed in was told, and what comes."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages

    def mount(self, ways: Ways) -> None:
        """Add the addresses."""
        ways.get("/agencies/{agency}", self.now, may="read-alerts")
        ways.get("/agencies/{agency}/news", self.news, may="read-alerts")

    def now(self, request: Request, agency: str, kind: str = "", severity: str = "low", page: int = 1) -> Response:
        """The agency's alerts, newest first."""
        if page < 1:
            raise HTTPException(404)
        choice = Choice(kind=kind, severity=severity)
        with reading(self._house.engine) as connection:
            copies = copies_of(connection, agency)
            feed = feed_of(connection, agency)
        wanted = [copy for copy in copies if choice.filters.let_through(copy)]
        first = (page - 1) * A_PAGE
        kinds = sorted({str(copy.get("kind", "")) for copy in copies})
        news = urlencode({"seen": marks(wanted), BY_ITSELF: "1"})
        return self._pages.page(
            request,
            "now.html",
            feed=feed,
            total=len(copies),
            counts=how_many(wanted),
            copies=wanted[first : first + A_PAGE],
            kinds=[(kind, in_words(kind)) for kind in kinds],
            kind=kind,
            severity=severity,
            page=page,
            more=len(wanted) > first + A_PAGE,
            query=choice.query,
            here=_address(agency, choice.query),
            news=_address(f"{agency}/news", "&".join(part for part in (choice.query, news) if part)),
            made_at=self._house.now(),
        )

    def news(self, request: Request, agency: str, kind: str = "", severity: str = "low", seen: str = "") -> Response:
        """Word of what is new in a list, for the page that shows it."""
        choice = Choice(kind=kind, severity=severity)
        with reading(self._house.engine) as connection:
            copies = copies_of(connection, agency)
        wanted = [copy for copy in copies if choice.filters.let_through(copy)]
        news = news_since(seen, wanted)
        if not (news.new or news.changed):
            return stream("", "", None)
        said = self._pages.piece("_come.html", said=str(news), here=_address(agency, choice.query))
        return stream(said, marks(wanted), request.headers.get("last-event-id"))


def _address(path: str, query: str) -> str:
    return f"/agencies/{path}?{query}" if query else f"/agencies/{path}"
