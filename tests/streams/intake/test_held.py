"""Each record that was taken is found in the store, each that is lost is found missing, and is taken in once more."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, delete, select, update

from schemas.tables import Outbox, Progress, Receipt, Received, Rejected, ReportBody, ReportVersion
from streams.intake.counted import counted
from streams.intake.held import MISSING, NO_TRACE, NOT_AS_SENT, NOT_HELD, WAITING, find
from streams.intake.keep import take_reports
from streams.intake.once_more import take_once_more
from streams.keeping.rewriting import rewrite, without_people
from streams.ledger import Record, know_topics, record_lost, take_run
from streams.store import reading, writing
from tests.streams.intake.making import PARTNERSHIP, TAKEN_AT, person, record, records, report, rows, store

ALL = (
    report(id="P-1", people=[person()]),
    report(id="P-2", people=[person()]),
    report(id="P-1", people=[person()]),  # a redelivery
    report(id="P-1", version=3, action="amend"),
    report(id="P-1", version=2, action="amend"),
    report(id="P-3", colour="red"),
    report(id="P-3", colour="red"),
    report(id="P-2", summary="otherwise"),
    report(id="P-4", classification="SECRET"),
    b"",
    report(id="P-5", version=2, action="retract"),
    report(id="P-5"),
)
BECAME = ["accepted", "accepted", "seen", "accepted", "superseded", "rejected", "seen"]
BECAME += ["rejected", "rejected", "rejected", "retracted", "retracted"]
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def take(connection: Connection, batch: list[Record]):
    return take_reports(connection, batch, PARTNERSHIP)


@pytest.fixture
def engine(store_url: str) -> Iterator[Engine]:
    with store(store_url) as engine:
        take_run(engine, records(ALL), take)
        yield engine


def found(engine: Engine, upto: int = len(ALL)) -> list[tuple[str, str | None]]:
    with reading(engine) as connection:
        run = [*records(ALL), record(report(id="P-9"), len(ALL))][:upto]
        return [(one.what, one.why) for one in find(connection, run, PARTNERSHIP, LONG_AGO)]


def test_every_record_is_found_as_what_became_of_it(engine: Engine) -> None:
    assert [what for what, _ in found(engine)] == BECAME
    assert found(engine, len(ALL) + 1)[-1] == (WAITING, None)
    with reading(engine) as connection:
        (one,) = counted(connection)
    assert (one.next, one.missing) == (len(ALL), 0)
    assert sum(one.outcomes.values()) == len(ALL)


def _lose_the_trace(connection: Connection, offset: int) -> None:
    connection.execute(delete(Received).where(Received.offset == offset))


def _lose_the_version(connection: Connection, offset: int) -> None:
    connection.execute(delete(ReportVersion).where(ReportVersion.offset == offset))


def _lose_the_body(connection: Connection, offset: int) -> None:
    uid = select(ReportVersion.uid).where(ReportVersion.offset == offset).scalar_subquery()
    connection.execute(delete(ReportBody).where(ReportBody.uid == uid))


def _spoil_the_body(connection: Connection, offset: int) -> None:
    uid = select(ReportVersion.uid).where(ReportVersion.offset == offset).scalar_subquery()
    connection.execute(update(ReportBody).where(ReportBody.uid == uid).values(raw=b"rotten"))


def _lose_the_refusal(connection: Connection, offset: int) -> None:
    connection.execute(delete(Rejected).where(Rejected.offset == offset))


LOSSES: list[tuple[Callable[[Connection, int], None], int, str]] = [
    (_lose_the_trace, 1, NO_TRACE),
    (_lose_the_trace, 5, NO_TRACE),
    (_lose_the_version, 1, NOT_HELD),
    (_lose_the_body, 1, NOT_AS_SENT),
    (_spoil_the_body, 3, NOT_AS_SENT),
    (_lose_the_refusal, 9, NOT_HELD),
]


def test_what_is_lost_is_found_and_taken_in_once_more(engine: Engine) -> None:
    before = {table: rows(engine, table) for table in (ReportBody, Receipt)}
    received = rows(engine, Received, "source", "partition", "offset")
    for lose, offset, why in LOSSES:
        with writing(engine) as connection:
            lose(connection, offset)
        assert found(engine)[offset] == (MISSING, why)
        assert [what for what, _ in found(engine)].count(MISSING) == 1
        one = records(ALL)[offset]
        assert take_once_more(engine, one, PARTNERSHIP, LONG_AGO)
        assert not take_once_more(engine, one, PARTNERSHIP, LONG_AGO)
        assert MISSING not in [what for what, _ in found(engine)]
        assert {table: rows(engine, table) for table in before} == before
        assert rows(engine, Received, "source", "partition", "offset") == received


def test_a_refusal_whose_time_is_over_is_not_missed(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(delete(Rejected))
    with reading(engine) as connection:
        late = find(connection, records(ALL), PARTNERSHIP, TAKEN_AT + timedelta(days=1))
    assert [one.what for one in late] == BECAME


def test_what_was_erased_of_a_report_is_not_missed(engine: Engine) -> None:
    from streams.keeping.erasing import begin, reach
    from streams.keeping.subject import Subject

    with writing(engine) as connection:
        subject = Subject(whole=frozenset({"police:P-2"}), people={"police:P-1": frozenset({0})})
        begin(connection, reach(connection, subject), "ann", "asked", TAKEN_AT)
    now = [what for what, _ in found(engine)]
    assert MISSING not in now
    assert now[1] == now[7] == "erased"


def test_what_was_written_anew_by_nobody_with_the_right_to_is_missed(engine: Engine) -> None:
    with writing(engine) as connection:
        uid = connection.execute(select(ReportVersion.uid).where(ReportVersion.offset == 1)).scalar_one()
        rewrite(connection, "police:P-2", lambda body: without_people(body, {0}), [uid])
    assert found(engine)[1] == (MISSING, NOT_AS_SENT)


def test_one_that_cannot_be_taken_is_refused_with_its_reason(engine: Engine, monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError("poison")

    with writing(engine) as connection:
        _lose_the_trace(connection, 1)
        connection.execute(delete(ReportVersion).where(ReportVersion.offset == 1))
    monkeypatch.setattr("streams.intake.once_more.take_reports", fail)
    assert take_once_more(engine, records(ALL)[1], PARTNERSHIP, LONG_AGO)
    assert found(engine)[1] == ("rejected", None)


def test_what_the_store_counts_as_passed_and_has_no_trace_of(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(delete(Received).where(Received.offset.in_([2, 4])))
    with reading(engine) as connection:
        (one,) = counted(connection)
    assert one.missing == 2


def test_what_retention_took_is_lost_and_not_missing_and_forgotten_with_its_topic(engine: Engine) -> None:
    topic = record(b"").source
    know_topics(engine, {topic: "one"})
    assert record_lost(engine, topic, 0, len(ALL) + 5) == len(ALL)
    with reading(engine) as connection:
        (one,) = counted(connection)
    assert (one.lost, one.missing) == (5, 0)
    know_topics(engine, {topic: "two"})
    take_run(engine, records(ALL[:2]), take)
    with reading(engine) as connection:
        (one,) = counted(connection)
        assert connection.execute(select(Progress.next)).scalar_one() == 2
    assert (one.lost, one.missing) == (0, 0)


def test_a_record_once_more_is_told_of_once(engine: Engine) -> None:
    before = len(rows(engine, Outbox))
    with writing(engine) as connection:
        _lose_the_trace(connection, 0)
    take_once_more(engine, records(ALL)[0], PARTNERSHIP, LONG_AGO)
    told = rows(engine, Outbox, "topic")[before:]
    assert [topic for (topic,) in told if "receipts" in topic] == []
