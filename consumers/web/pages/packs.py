"""Packs: the page's button for the paper that a meeting is held by."""

from datetime import date

from fastapi import HTTPException, Request, Response
from fastapi.responses import Response as File

from consumers.accounts.log import by_user
from consumers.packs import Meeting, NoSuchMeeting, give, load_meetings, make_pack, meeting_for, pdf_of, word_of
from consumers.web.forms import one
from consumers.web.gate import Ways
from consumers.web.house import House
from consumers.web.render import Pages
from consumers.web.told import reading
from consumers.web.visit import visit_of
from consumers.words import UK

HERE = "/agencies/{agency}/packs"
OWN = "own"
KINDS = {
    "pdf": ("application/pdf", pdf_of),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", word_of),
}


class Packs:
    """Makes the packs of meetings that one's agency sits at, or for it alone."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages

    def mount(self, ways: Ways) -> None:
        """Add the addresses."""
        ways.get(HERE, self.packs, may="make-packs")
        ways.post(HERE, self.make, may="make-packs")

    def packs(self, request: Request, agency: str) -> Response:
        """Which packs there are."""
        return self._form(request, agency)

    def make(self, request: Request, agency: str) -> Response:
        """The pack as a file; that it was given is logged."""
        form, house = visit_of(request).form, self._house
        kind = one(form, "kind")
        try:
            meeting = self._meeting(one(form, "meeting"), agency)
            day = _day(one(form, "day")) if one(form, "day") else self._today()
        except (NoSuchMeeting, ValueError):
            return self._form(request, agency, status=400, says="Choose a pack, and write the day as 2026-11-30.")
        if kind not in KINDS:
            return self._form(request, agency, status=400, says="Choose PDF or Word.")
        media, made_by = KINDS[kind]
        with reading(house.engine) as connection:
            pack = make_pack(connection, house.partnership, meeting, day, house.stages.knows)
        file = made_by(pack)
        by = by_user(visit_of(request).who.user)
        with house.engine.begin() as connection:
            give(connection, house.keep, pack, file, at=house.now(), by=by, why="made at the page")
        name = f"tocsin-{meeting.cadence}-{day.isoformat()}.{kind}"
        return File(file, media_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})

    def _meeting(self, named: str, agency: str) -> Meeting:
        """The meeting asked for, if one's agency sits there; its cadence for one's agency alone after a colon."""
        name, _, whose = named.partition(":")
        if whose == OWN:
            return meeting_for(name, agency, self._house.partnership)
        meeting = load_meetings(self._house.partnership).get(name)
        if meeting is None or agency not in meeting.agencies:
            raise NoSuchMeeting(named)
        return meeting

    def _form(self, request: Request, agency: str, *, status: int = 200, says: str = "") -> Response:
        if agency not in self._house.partnership:
            raise HTTPException(404)
        meetings = load_meetings(self._house.partnership).values()
        sits = [(one.name, one.title) for one in meetings if agency in one.agencies]
        own = [(f"{one.cadence}:{OWN}", f"{one.title}, for us alone") for one in meetings]
        day = self._today().isoformat()
        return self._pages.page(
            request, "packs.html", status=status, choices=[*sits, *own], sits=sits, day=day, says=says
        )

    def _today(self) -> date:
        return self._house.now().astimezone(UK).date()


def _day(text: str) -> date:
    """The day that is written so; raises ``ValueError`` for one that no meeting is held on."""
    day = date.fromisoformat(text)
    if not 2000 <= day.year <= 2199:
        raise ValueError(text)
    return day
