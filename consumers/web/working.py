"""What the pages on people's work share: a desk to work at, a reader's sight, and why somebody looks at a person."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from fastapi import HTTPException, Request, Response
from sqlalchemy import Connection, select

from consumers.accounts.log import by_user, entry
from consumers.copies import Copy
from consumers.ladder.people import Reader
from consumers.web.forms import one
from consumers.web.house import House
from consumers.web.looking import Looking
from consumers.web.render import Pages
from consumers.web.told import reading
from consumers.web.visit import visit_of
from consumers.words import UK, printable
from consumers.work.desk import ALTERATION, Desk
from consumers.work.kept import Change, Kept, latest_changes
from schemas.tables import Stated, User

LONGEST_WORDS = 500
MOST_THINGS, MOST_CHANGES = 500, 30  # of which a page tells the history; all of it stays on record


class Working:
    """A part of the page on which people write down what they do."""

    def __init__(self, house: House, pages: Pages) -> None:
        self.house, self.pages, self.looking = house, pages, Looking(house)

    @property
    def today(self) -> date:
        """The day it is here."""
        return self.house.now().astimezone(UK).date()

    @property
    def agencies(self) -> list[tuple[str, str]]:
        """The agencies by name and title, to choose from."""
        return sorted(((name, one.title) for name, one in self.house.partnership.items()), key=lambda pair: pair[1])

    def title_of(self, agency: str) -> str:
        """What people call an agency."""
        known = self.house.partnership.get(agency)
        return agency if known is None else known.title

    @contextmanager
    def desk(self, request: Request) -> Iterator[Desk]:
        """Where whoever is signed in works, in one transaction."""
        who = visit_of(request).who
        with self.house.engine.begin() as connection:
            yield Desk(
                connection=connection,
                keep=self.house.keep,
                at=self.house.now(),
                by=by_user(who.user),
                agency=who.agency,
            )

    @contextmanager
    def reader(self, agency: str) -> Iterator[Reader]:
        """A snapshot as an agency may read it."""
        with reading(self.house.engine) as connection:
            yield self.reader_of(connection, agency)

    def reader_of(self, connection: Connection, agency: str) -> Reader:
        """An agency as it reads."""
        house = self.house
        return Reader(
            connection=connection,
            agency=agency,
            partnership=house.partnership,
            knowing=house.knowing,
            today=self.today,
        )

    def say(self, desk: Desk, copy: Copy | None, verdict: str, **words: Any) -> None:
        """Say it of an alert, too, as its feedback topic would have it; where the agency has one."""
        if copy is None:
            return
        said = {"alert": copy["id"], "agency": desk.agency, "who": desk.by, "at": desk.at.isoformat()}
        said |= {"verdict": verdict, "version": copy.get("version")}
        if not self.house.stages.judge(desk.connection, {**said, **words}):
            line = entry(desk.at, desk.by, ALTERATION, f"alert:{copy['id']}", agency=desk.agency, said=verdict)
            self.house.keep(desk.connection, [line])

    def show(self, request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
        """A page of the room; ``errors`` by field where a form was not right."""
        shared = {"errors": {}, "typed": {}, "agencies": self.agencies, "title_of": self.title_of, "today": self.today}
        return self.pages.page(request, template, status=status, **{**shared, **values})

    def history(self, connection: Connection, agency: str, *things: Kept) -> list[tuple[Kept, Change, str]]:
        """What was last done to some things, the newest first, with who did it: of other agencies, the agency alone."""
        known, names = {thing.id: thing for thing in things[-MOST_THINGS:]}, names_of(connection, agency)
        done = latest_changes(connection, known, MOST_CHANGES) if known else []
        return [(known[id], change, names.get(change.by, self.title_of(change.agency))) for id, change in done]

    def stated(self, request: Request, person: str) -> bool:
        """Whether whoever is signed in has said why they look at a person, and may."""
        return self.looking.may(visit_of(request), person[:64])

    def all_stated(self, request: Request) -> frozenset[str]:
        """The persons for looking at whom whoever is signed in has said why."""
        visit = visit_of(request)
        if not visit.may("open-person"):
            return frozenset()
        with reading(self.house.engine) as connection:
            wanted = select(Stated.person).where(Stated.session == visit.who.session)
            return frozenset(connection.execute(wanted).scalars())

    def ask_why(self, request: Request, onward: str, *, status: int = 200, says: str = "") -> Response:
        """The question why a person is looked at; the answer is sent to ``onward``."""
        reasons = self.house.rules.reasons
        return self.pages.page(request, "work/why.html", status=status, onward=onward, reasons=reasons, says=says)

    def state(self, request: Request, person: str, subject: str) -> bool:
        """Log why a person is looked at, as the form says; whether it gave a reason that there is."""
        visit = visit_of(request)
        reason, words = one(visit.form, "reason"), printable(one(visit.form, "words").strip())
        if reason not in self.house.rules.reasons or len(words) > LONGEST_WORDS:
            return False
        self.looking.state(visit, person[:64], subject, reason, words)
        return True


def names_of(connection: Connection, agency: str) -> Mapping[str, str]:
    """The people of one's own agency, as the log names them."""
    rows = connection.execute(select(User.id, User.name).where(User.agency == agency))
    return {by_user(row.id): row.name for row in rows}


def version_of(text: str) -> int:
    """The version that a form was filled in over; 0, which there never is, where it says none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


def or_nothing(found: Any) -> Any:
    """What was found; the page that says there is nothing, where nothing was."""
    if found is None:
        raise HTTPException(404)
    return found
