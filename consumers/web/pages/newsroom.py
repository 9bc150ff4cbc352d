"""Word of what comes while a list is being read, on a stream that stays open as long as somebody may listen."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from consumers.copies import Standing, standing_of
from consumers.notices.watching import watched_by
from consumers.web.choice import Choice
from consumers.web.gate import Ways, still_sits
from consumers.web.house import House
from consumers.web.listening import Listeners
from consumers.web.news import BEAT, GO_AWAY, OVER, RETRY, line, marks, news_since
from consumers.web.remembered import Remembered
from consumers.web.render import Pages
from consumers.web.told import copies_of, gravest_first, reading
from consumers.web.visit import visit_of

EVERY_S = 3.0  # how often it is looked whether something came, and whether who listens still may


@dataclass(slots=True, kw_only=True)
class _Page:
    """A list that somebody looks at: what they chose, what it held, and how the copies stood when last looked at."""

    agency: str
    user: str
    choice: Choice
    seen: str
    said: str | None
    stood: Standing | None = None


class Newsroom:
    """Tells each open list what is new in it, and moves nothing."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages
        self._standing = Remembered[Standing](house.seconds, for_s=EVERY_S)
        self.listeners = Listeners()

    def mount(self, ways: Ways) -> None:
        """Add the address."""
        ways.get("/agencies/{agency}/news", self.news, may="read-alerts")
        ways.when_closing(self.listeners.close)

    async def news(self, request: Request, agency: str, seen: str = "") -> Response:
        """The stream for the page that holds ``seen``."""
        user, said = visit_of(request).who.user, request.headers.get("last-event-id")
        page = _Page(agency=agency, user=user, choice=Choice.read(request.query_params), seen=seen, said=said)
        session = visit_of(request).who.session
        return StreamingResponse(self._told(page, session, still_sits(request, self._house)), media_type=STREAM)

    async def _told(self, page: _Page, session: str, still_sits: Callable[[], bool]) -> AsyncIterator[str]:
        """What the stream says, piece by piece; whoever sits there no longer is told nothing more."""
        until = self._house.seconds() + self._house.listens_s
        yield RETRY
        with self.listeners.listening(session) as listener:
            while True:
                if not await run_in_threadpool(still_sits):
                    yield OVER
                    return
                yield await run_in_threadpool(self._look, page)
                if self._house.seconds() >= until:
                    return
                if why := await listener.wait(EVERY_S):
                    yield GO_AWAY[why]
                    return

    def _look(self, page: _Page) -> str:
        """What there is to say now; a beat where there is nothing."""
        with reading(self._house.engine) as connection:
            stands = self._standing.of(page.agency, "standing", lambda: standing_of(connection, page.agency))
            if stands == page.stood:
                return BEAT
            page.stood = stands
            copies, watched = copies_of(connection, page.agency), watched_by(connection, page.user)
        wanted = gravest_first(copy for copy in copies if page.choice.let_through(copy, watched))
        news, tag = news_since(page.seen, wanted), marks(wanted)
        if tag == page.said or not (news.new or news.changed):
            return BEAT
        page.said = tag
        here = f"/agencies/{page.agency}" + (f"?{page.choice.query}" if page.choice.query else "")
        return line("news", self._pages.piece("_come.html", said=str(news), here=here), tag)


STREAM = "text/event-stream"
