"""What ``tocsin verify`` says, asked again and again by the one worker that publishes: it reads a week of records."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine, select

from deploy.verifying import Source, verify
from schemas.tables import Lease
from streams.collecting import give_back
from streams.store import reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Prover:
    """``holder`` is this worker's name in the relay's lease."""

    engine: Engine
    source: Source
    holder: str

    def __call__(self) -> Mapping[str, int] | None:
        """How many records of each topic are found nowhere; None where another worker is to ask."""
        if not self._publishes():
            return None
        missing: Counter[str] = Counter()
        try:
            for proof in verify(self.engine, self.source):
                missing[proof.topic] += len(proof.missing) + proof.untold
        finally:
            give_back()
        return dict(missing)

    def _publishes(self) -> bool:
        with reading(self.engine) as connection:
            lease = connection.execute(select(Lease.holder, Lease.until).where(Lease.name == "relay")).first()
        return lease is not None and lease.holder == self.holder and lease.until > datetime.now(UTC)
