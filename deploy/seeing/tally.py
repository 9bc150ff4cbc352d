"""What became of every record read, counted once: a look reads only what came since the last."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import Connection, func, select

from schemas.tables import Received, Rejected
from schemas.topics import INBOUND, PREFIX, agency_of

Place = tuple[str, int]
_INBOUND = f"{PREFIX}.{INBOUND.name}."


class Tally:
    """Counts of outcomes, and of refusals by their code, by the agency whose topic they came on."""

    def __init__(self) -> None:
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self.refused: Counter[tuple[str, str]] = Counter()
        self._upto: dict[Place, int] = {}

    def count(self, connection: Connection, positions: Mapping[Place, int]) -> None:
        """Count what stands between the last look and ``positions``, in the same snapshot that they were read in."""
        for place, upto in positions.items():
            first = self._upto.get(place, 0)
            if place[0].startswith(_INBOUND) and upto > first:
                self._count(connection, place, first, upto)
                self._upto[place] = upto

    def _count(self, connection: Connection, place: Place, first: int, upto: int) -> None:
        agency = agency_of(place[0])
        for table, word, into in (
            (Received, Received.outcome, self.outcomes),
            (Rejected, Rejected.code, self.refused),
        ):
            rows = connection.execute(
                select(word, func.count())
                .where(table.source == place[0], table.partition == place[1])
                .where(table.offset >= first, table.offset < upto)
                .group_by(word)
            )
            for said, number in rows:
                into[agency, said] += number
