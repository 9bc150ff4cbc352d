"""Disposal of what is due: the way that erasing takes, for many at once."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Engine

from deploy.erasing import erase_everywhere
from deploy.store import signer_of
from schemas.agencies import Partnership
from schemas.settings import Settings
from streams.keeping.compact import compact
from streams.keeping.cutting import cut
from streams.keeping.disposing import drop_written
from streams.keeping.periods import periods
from streams.keeping.retention import Due, drop_rejected
from streams.keeping.subject import Subject
from streams.store import writing


@dataclass(slots=True, kw_only=True)
class Disposed:
    """How a disposal went."""

    proven: bool = True
    entries: int = 0
    written: dict[str, int] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)


def dispose(
    engine: Engine, settings: Settings, partnership: Partnership, found: Due, day: datetime, by: str, *, topics: bool
) -> Disposed:
    """Dispose of what was found due on ``day``."""
    done = Disposed()
    with writing(engine) as connection:
        drop_rejected(connection, day - periods().rejected, by, datetime.now(UTC))
        done.written = drop_written(connection, found.written, day, periods(), by, datetime.now(UTC))
        done.entries = cut(connection, found.entries, signer_of(settings, engine), by, datetime.now(UTC))
    if found.reports:
        subject = Subject(whole=frozenset(found.reports))
        erased, done.told = erase_everywhere(engine, settings, partnership, subject, by, "retention", topics=topics)
        done.proven = erased.proven
    elif done.written:
        done.told = list(compact(engine))
    return done
