"""What became of every record read, counted once: a look reads only what came since the last."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select

from schemas.tables import Received, Rejected
from schemas.topics import INBOUND, PREFIX, agency_of

Place = tuple[str, int]
_INBOUND = f"{PREFIX}.{INBOUND.name}."


@dataclass(slots=True)
class _Counted:
    """What was counted of one partition, up to an offset."""

    upto: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)


class Tally:
    """Counts of outcomes, and of refusals by their code, by the agency whose topic they came on."""

    def __init__(self) -> None:
        self._places: dict[Place, _Counted] = {}

    @property
    def outcomes(self) -> dict[tuple[str, str], int]:
        """How many records of each agency came to each outcome."""
        return self._by_agency(lambda counted: counted.outcomes)

    @property
    def refused(self) -> dict[tuple[str, str], int]:
        """How many records of each agency were refused with each code."""
        return self._by_agency(lambda counted: counted.refused)

    def count(self, connection: Connection, positions: Mapping[Place, int]) -> None:
        """Count what stands between the last look and ``positions``, in the same snapshot that they were read in."""
        for place, upto in positions.items():
            if not place[0].startswith(_INBOUND):
                continue
            counted = self._places.get(place)
            if (
                counted is None or upto < counted.upto
            ):  # the topic was made anew, or its log cut: counted from the start
                counted = self._places[place] = _Counted()
            if upto > counted.upto:
                _count(connection, place, upto, counted)

    def _by_agency(self, which: Callable[[_Counted], Counter[str]]) -> dict[tuple[str, str], int]:
        total: Counter[tuple[str, str]] = Counter()
        for (topic, _), counted in self._places.items():
            for word, number in which(counted).items():
                total[agency_of(topic), word] += number
        return dict(total)


def _count(connection: Connection, place: Place, upto: int, counted: _Counted) -> None:
    for table, word, into in (
        (Received, Received.outcome, counted.outcomes),
        (Rejected, Rejected.code, counted.refused),
    ):
        rows = connection.execute(
            select(word, func.count())
            .where(table.source == place[0], table.partition == place[1])
            .where(table.offset >= counted.upto, table.offset < upto)
            .group_by(word)
        )
        for said, number in rows:
            into[said] += number
    counted.upto = upto
