"""A small store of reports in which people decide, for tests."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Engine, select

from schemas.identity import identity
from schemas.tables import Base, Member
from streams.clusters.decisions import decide, undo
from streams.dedupe.stage import DEDUPE
from streams.matching.stage import MATCHING
from streams.stage import standing_before
from streams.store import open_store, writing
from tests.streams.holding import NOBODY, take

AT = datetime(2024, 6, 1, tzinfo=UTC)
STAGES = (DEDUPE, MATCHING)


def item(ref: str, index: int = 0) -> str:
    """The id of a mention."""
    return identity("mention", ref, index)


def report(ref: str, name: str | None, born: str | None = None, minutes: int = 0, **person: Any) -> dict[str, Any]:
    """A report of one person."""
    agency, _, number = ref.partition(":")
    at = (AT - timedelta(days=30) + timedelta(minutes=minutes)).isoformat()
    who = {"role": "subject", "name": name, "born": born, **person}
    return {
        "id": number,
        "agency": agency,
        "reported_at": at,
        "occurred": {"from": at, "to": at},
        "category": "burglary",
        "people": [{key: value for key, value in who.items() if value is not None}],
    }


class Town:
    """A store, and the clock of those who decide."""

    def __init__(self, url: str = "sqlite://") -> None:
        self.engine: Engine = open_store(url)
        Base.metadata.create_all(self.engine)
        self.ticks = 0

    def reports(self, *bodies: dict[str, Any]) -> None:
        take(self.engine, list(bodies), STAGES)
        self.settle()

    def decide(self, a: str, b: str, verdict: str, judge: str = "ann", kind: str = "person") -> None:
        self._write(partial(decide, kind=kind, a=a, b=b, verdict=verdict, judge=judge, why="seen"))

    def undo(self, a: str, b: str, judge: str = "bob", kind: str = "person") -> None:
        self._write(partial(undo, kind=kind, a=a, b=b, judge=judge, why="wrong"))

    def _write(self, act: Any) -> None:
        self.ticks += 1
        with writing(self.engine) as connection:
            act(connection, at=AT + timedelta(minutes=self.ticks))
        self.settle()

    def settle(self) -> None:
        """Let the stages take what stands before them, to the end."""
        for _ in range(10):
            with writing(self.engine) as connection:
                took = [stage.work(connection, keys, NOBODY) for stage in STAGES if (keys := _taken(connection, stage))]
            if not took:
                return
        raise AssertionError("the stages never come to rest")

    def together(self, kind: str = "person") -> list[set[str]]:
        """The entities of more than one item."""
        found: dict[str, set[str]] = {}
        with self.engine.connect() as connection:
            for entity, of in connection.execute(select(Member.entity, Member.item).where(Member.kind == kind)):
                found.setdefault(entity, set()).add(of)
        return sorted((items for items in found.values() if len(items) > 1), key=sorted)


def _taken(connection: Any, stage: Any) -> Sequence[str]:
    return standing_before(connection, stage.name, 1000)
