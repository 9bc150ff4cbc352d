"""An erasure in every place: the store, its files, and the broker's topics."""

import time
from datetime import UTC, datetime

from sqlalchemy import Engine, func, select

from deploy.backups import keep_erased_list
from schemas.agencies import Partnership
from schemas.settings import Settings
from schemas.tables import Outbox, Progress
from schemas.topics import ALERTS, REJECTED
from streams.carry_on import worker_at_work
from streams.keeping.compact import compact
from streams.keeping.erase import Done, erase
from streams.keeping.erasing import Erasure
from streams.keeping.subject import Subject
from streams.store import reading

_RELAYED_WITHIN_S = 20.0


def erase_everywhere(
    engine: Engine,
    settings: Settings,
    partnership: Partnership,
    subject: Subject,
    by: str,
    why: str,
    *,
    topics: bool,
) -> tuple[Done, list[str]]:
    """Erase in the store, give its files' space back, take it off the topics; and what could not be done."""
    done = erase(engine, partnership, settings.batch, subject, by, why, datetime.now(UTC))
    keep_erased_list(engine)
    told = list(compact(engine))
    if topics:
        told += _off_topics(engine, settings, partnership, done.erasure)
    return done, told


def _off_topics(engine: Engine, settings: Settings, partnership: Partnership, erasure: Erasure) -> list[str]:
    from deploy.broker.embedded import BrokerAway, broker_for
    from deploy.broker.erasing import Cut, take_off

    on_topics = [place for place in erasure.places if place[0].startswith("tocsin.")]
    if not on_topics and not _ever_relayed(engine):
        return []
    if not _relayed(engine):
        return ["what pulls back the copies waits in the outbox for a worker: run this again with one at work"]
    cut = Cut(
        inbound=on_topics,
        taken=_taken(engine),
        rejected=sorted({REJECTED.topic(ref.partition(":")[0]) for ref in erasure.subject.refs if erasure.refused}),
        alerts=[ALERTS.topic(agency) for agency in sorted(partnership)],
    )
    try:
        running = broker_for(settings)
    except BrokerAway as away:
        return [f"the topics still hold it until their time is over: {away}"]
    try:
        return take_off(running.bootstrap, running.access.login, cut)
    finally:
        running.stop()


def _ever_relayed(engine: Engine) -> bool:
    with reading(engine) as connection:
        return connection.execute(select(Progress.topic).limit(1)).first() is not None


def _taken(engine: Engine) -> dict[tuple[str, int], int]:
    with reading(engine) as connection:
        rows = connection.execute(select(Progress.topic, Progress.partition, Progress.next))
        return {(row.topic, row.partition): row.next for row in rows}


def _relayed(engine: Engine) -> bool:
    """Whether nothing is owed to topics any more, waiting for a worker that is there."""
    until = time.monotonic() + _RELAYED_WITHIN_S
    while True:
        with reading(engine) as connection:
            if not connection.execute(select(func.count()).select_from(Outbox)).scalar_one():
                return True
            at_work = worker_at_work(connection, datetime.now(UTC))
        if not at_work or time.monotonic() > until:
            return False
        time.sleep(0.1)
