"""Looking at a person: a reason first, once for each person and session, and a line in the log."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from consumers.accounts.log import CONSULTATION, by_user, entry, reasoned
from consumers.accounts.store import add_new
from consumers.web.house import House
from consumers.web.told import reading
from consumers.web.visit import Visit
from schemas.tables import Stated


def shown_person(copy: Mapping[str, Any]) -> str | None:
    """By what the log and the session know the person that a copy shows; none where it shows none."""
    person = copy.get("person")
    if not isinstance(person, Mapping) or not person:
        return None
    return str(person.get("id") or copy.get("id"))[:64]


class Looking:
    """Whether somebody may look at a person now, and the writing down of why."""

    def __init__(self, house: House) -> None:
        self._house = house

    def may(self, visit: Visit, person: str | None) -> bool:
        """Whether there is nobody to see, or they may and have said why."""
        return person is None or (visit.may("open-person") and self.stated(visit.who.session, person))

    def state(self, visit: Visit, person: str, subject: str, reason: str, words: str) -> None:
        """Log that and why ``visit`` looks at the person."""
        said = {"person": person, "agency": visit.who.agency, "reason": reason}
        with self._house.engine.begin() as connection:
            add_new(connection, Stated, {"session": visit.who.session, "person": person})
            line = entry(self._house.now(), by_user(visit.who.user), CONSULTATION, subject, **said)
            self._house.keep(connection, [reasoned(line, words)])

    def stated(self, session: str, person: str) -> bool:
        """Whether a reason was given for it in this session; never for what no store takes, as U+0000."""
        if not person.isprintable():
            return False
        wanted = select(Stated.person).where(Stated.session == session, Stated.person == person)
        with reading(self._house.engine) as connection:
            return connection.scalar(wanted) is not None
