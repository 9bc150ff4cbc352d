"""Did it work: before and after beside comparison areas, and the tables that members read."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import HTTPException, Request, Response

from consumers.effect.counts import Counter
from consumers.effect.drawing import drawn
from consumers.effect.members import LENGTHS, SMALL, members, periods
from consumers.effect.worked import LEAST_WEEKS, MOST_WEEKS, Question, answer
from consumers.web.gate import Ways
from consumers.web.working import Working
from schemas.kinds import CATEGORIES

ALL_KINDS = [("", "all crime and anti-social behaviour"), *CATEGORIES.items()]


class Effect(Working):
    """What the counts say of what was done, and of how it goes."""

    def mount(self, ways: Ways) -> None:
        """Add the addresses."""
        ways.get("/agencies/{agency}/effect", self.effect, may="read-work")
        ways.get("/agencies/{agency}/members", self.members, may="read-work")

    def effect(self, request: Request, agency: str) -> Response:
        """The question, and the answer once it is whole."""
        asked = _Asked.of(request)
        with self.reader(agency) as reader:
            counter = self._counter(reader.connection, agency)
            last = counter.last_week()
            areas = [] if last is None else counter.areas(periods(last, MOST_WEEKS)[2].first)
            wrong = asked.wrong(areas) if asked.begun else {}
            question = asked.question() if asked.begun and not wrong and last is not None else None
            found = answer(counter, question, last) if question is not None and last is not None else None
        return self.show(
            request,
            "work/effect.html",
            areas=areas,
            categories=ALL_KINDS,
            asked=asked,
            found=found,
            drawing=None if found is None else drawn(found),
            errors=wrong,
            last=last,
            small=SMALL,
            lengths=[(str(weeks), f"{weeks} weeks") for weeks in (4, 8, 13, 26, 52)],
        )

    def members(self, request: Request, agency: str, weeks: int = 13, category: str = "") -> Response:
        """The tables for a length and a category."""
        if weeks not in LENGTHS or category not in ("", *CATEGORIES):
            raise HTTPException(404)
        with self.reader(agency) as reader:
            counter = self._counter(reader.connection, agency)
            last = counter.last_week()
            found = None if last is None else members(counter, last, weeks, category)
        lengths = [(str(number), text) for number, text in LENGTHS.items()]
        values: dict[str, Any] = {"found": found, "weeks": weeks, "category": category, "small": SMALL}
        return self.show(request, "work/members.html", categories=ALL_KINDS, lengths=lengths, **values)

    def _counter(self, connection: Any, agency: str) -> Counter:
        return Counter(connection=connection, partnership=self.house.partnership, agency=agency, today=self.today)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What somebody asked, as they typed it."""

    day: str
    weeks: str
    area: str
    category: str
    others: tuple[str, ...]
    ring: tuple[str, ...]

    @classmethod
    def of(cls, request: Request) -> "_Asked":
        """What the address says."""
        query = request.query_params
        named = {name: query.get(name, "")[:100] for name in ("day", "weeks", "area", "category")}
        return cls(**named, others=tuple(query.getlist("others")), ring=tuple(query.getlist("ring")))

    @property
    def begun(self) -> bool:
        """Whether anything was asked."""
        return bool(self.day or self.area)

    def wrong(self, areas: list[str]) -> dict[str, str]:
        """What is wrong with the question, by field."""
        found = {}
        if self._day() is None:
            found["day"] = "Give the day on which it began."
        if self.area not in areas:
            found["area"] = "Choose the area in which something was done."
        if not self.others or not {*self.others} <= {*areas} - {self.area, *self.ring}:
            found["others"] = "Choose areas to compare with in which nothing was done, and which are not next to it."
        if not {*self.ring} <= {*areas} - {self.area}:
            found["ring"] = "Choose areas next to it."
        if not self.weeks.isdecimal() or not LEAST_WEEKS <= int(self.weeks[:4] or "0") <= MOST_WEEKS:
            found["weeks"] = "Choose how many weeks to compare."
        if self.category not in ("", *CATEGORIES):
            found["category"] = "Choose what is counted."
        return found

    def question(self) -> Question:
        """The question; what is wrong with it was told."""
        return Question(
            day=self._day() or date.min,
            weeks=int(self.weeks),
            area=self.area,
            category=self.category,
            others=self.others,
            ring=self.ring,
        )

    def _day(self) -> date | None:
        try:
            day = date.fromisoformat(self.day)
        except ValueError:
            return None
        return day if 1990 <= day.year <= 2100 else None
