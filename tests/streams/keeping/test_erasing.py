"""An erased person is nowhere, nothing brings them back, and everyone else is as they were."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from schemas.tables import Alert, BodyKey, CellWeek, Lease, OpenReport, Outbox, Received, Report, Told
from streams.carry_on import carry_on
from streams.clusters.decision_log import decisions
from streams.clusters.decisions import decide
from streams.export import EXPORTS, export_lines
from streams.keeping.compact import compact
from streams.keeping.erase import erase
from streams.keeping.read_log import entries
from streams.keeping.subject import NotHeld, named, subject_of
from streams.linked import item_named
from streams.store import add, reading, writing
from tests.streams.keeping.town import (
    CANARIES,
    NOW,
    OTHERS,
    PARTNERSHIP,
    THEIRS,
    found_in,
    report,
    store,
    take,
    zebedee,
)

WHOLE = [f"{body['agency']}:{body['id']}" for body in THEIRS]


def gone(engine, names):
    with reading(engine) as connection:
        subject = subject_of(connection, names)
    return erase(engine, PARTNERSHIP, 500, subject, "ann", "asked for", NOW)


def exported(engine):
    with reading(engine) as connection:
        return {what: sorted(export_lines(connection, what)) for what in EXPORTS}


def all_rows(engine) -> str:
    """All that stands in the store, as text."""
    from schemas.tables import Base

    with reading(engine) as connection:
        rows = [tuple(row) for table in Base.metadata.sorted_tables for row in connection.execute(select(table))]
    return repr(rows)


def person_of(engine, mention: str) -> str:
    with reading(engine) as connection:
        item = item_named("person", mention)
        return connection.execute(
            text("select entity from member where kind='person' and item=:i"), {"i": item}
        ).scalar_one()


@pytest.fixture
def engine(store_url):
    opened = store(store_url, [*THEIRS, *OTHERS])
    yield opened
    opened.dispose()


def keys(engine) -> int:
    with reading(engine) as connection:
        return connection.execute(select(func.count()).select_from(BodyKey)).scalar_one()


def test_whole_reports_erased_leave_a_store_that_never_saw_them(engine, tmp_path, monkeypatch):
    (tmp_path / "fresh").mkdir()
    before, found = keys(engine), []
    monkeypatch.setattr("streams.keeping.erase.carry_on", lambda *of: found.append(keys(engine)) or carry_on(*of))
    done = gone(engine, WHOLE)
    assert done.proven, (done.before, done.after, done.left)
    assert done.unreadable_after_s < 1
    assert found[0] == before - len(THEIRS), "they are unreadable before the stages look at anything"
    assert done.erasure.keys == len(THEIRS)
    fresh = store(f"sqlite:///{tmp_path / 'fresh' / 'fresh.db'}", OTHERS)
    assert exported(engine) == exported(fresh)
    fresh.dispose()
    rows = all_rows(engine)
    assert [word for word in CANARIES if word.lower() in rows.lower()] == []


def test_an_alert_raised_and_taken_back_in_the_very_moment_goes_with_it(engine, monkeypatch):
    """A day that is closed before dedupe has let go of a report still counts it."""

    def with_a_day_closed_first(*to_carry_on):
        with writing(engine) as connection:
            taken_back = {column.name: None for column in Alert.__table__.columns} | {
                "id": "11111111-1111-4111-8111-111111111111",
                "kind": "spike",
                "state": "closed",
                "version": 2,
                "withdrawn": True,
                "raised_at": NOW,
                "updated_at": NOW,
                "severity": "low",
                "body": {"evidence": [WHOLE[0], "police:another"]},
            }
            add(connection, Alert, [taken_back])
        return carry_on(*to_carry_on)

    monkeypatch.setattr("streams.keeping.erase.carry_on", with_a_day_closed_first)
    done = gone(engine, WHOLE)
    assert done.proven, done.left  # else the alert's body still names the report


def weeks_of(engine):
    columns = (OpenReport.ref, OpenReport.first, OpenReport.week, OpenReport.counts)
    with reading(engine) as connection:
        counted = {(row.cell, row.week): row for row in connection.execute(select(CellWeek.__table__))}
        return counted, sorted(map(repr, connection.execute(select(*columns))))


@pytest.mark.parametrize("theirs", [[report("police", 20, 4)], THEIRS], ids=["one later on", "somebody's first"])
def test_no_count_of_a_week_holds_what_was_erased(engine, tmp_path, theirs):
    (tmp_path / "fresh").mkdir()
    later = report("police", 20, 4)
    others = [body for body in (*THEIRS, *OTHERS, later) if body not in theirs]
    take(engine, [later], first=50)
    fresh = store(f"sqlite:///{tmp_path / 'fresh' / 'fresh.db'}", others)
    (before, _), (expected, kept) = weeks_of(engine), weeks_of(fresh)
    assert before != expected
    gone(engine, [f"{body['agency']}:{body['id']}" for body in theirs])
    found, left = weeks_of(engine)
    assert left == kept
    # where it changes since when somebody has reported, all weeks are counted anew when they are next closed
    assert found == ({} if theirs is THEIRS else expected)
    take(engine, [])
    assert weeks_of(engine) == (expected, kept)
    fresh.dispose()


def test_a_replay_or_redelivery_brings_nothing_back(engine):
    gone(engine, WHOLE)
    before = exported(engine)
    amended = {**THEIRS[0], "version": 2, "action": "amend"}
    retracted = {**THEIRS[0], "version": 3, "action": "retract"}
    broken = {**THEIRS[0], "version": 4, "colour": "Zebedee"}
    take(engine, [*THEIRS, amended, retracted, broken], first=100)
    assert exported(engine) == before
    with reading(engine) as connection:
        outcomes = connection.execute(select(Received.outcome, Received.ref).where(Received.offset >= 100)).all()
        assert connection.execute(select(Report.ref).where(Report.status == "coming")).all() == []
    assert outcomes == [("erased", None)] * 7
    rows = all_rows(engine)
    assert [word for word in CANARIES if word.lower() in rows.lower()] == []


def test_one_person_is_taken_out_of_reports_that_stay(engine):
    person = person_of(engine, "police:P-1#0")
    before = {line for line in exported(engine)["people"] if '"police", "report": "P-1", "index": 1' in line}
    done = gone(engine, [person])
    assert done.proven, (done.before, done.after, done.left)
    assert set(done.erasure.subject.people) == set(WHOLE)
    rows = all_rows(engine)
    assert [word for word in CANARIES if word.lower() in rows.lower()] == []
    lines = exported(engine)
    assert len(lines["reports"]) == len(THEIRS) + len(OTHERS)
    assert before <= set(lines["people"])
    states = [json.loads(line)["state"] for line in lines["people"] if '"P-1"' in line]
    assert sorted(states)[-1] == "unlinkable"


def test_the_reports_a_person_was_taken_out_of_do_not_come_again(engine):
    gone(engine, [person_of(engine, "police:P-1#0")])
    before = exported(engine)
    take(engine, THEIRS, first=100)
    assert exported(engine) == before
    rows = all_rows(engine)
    assert [word for word in CANARIES if word.lower() in rows.lower()] == []


def test_all_versions_and_what_was_refused_of_a_report_go(engine):
    again, refused = {**THEIRS[0], "version": 2, "summary": "Zebedee again"}, {**THEIRS[0], "colour": "Zebedee"}
    take(engine, [again, refused], first=50)
    done = gone(engine, WHOLE)
    assert done.erasure.keys == len(THEIRS) + 2
    assert "zebedee" not in all_rows(engine).lower()


def test_what_was_told_is_pulled_back_by_what_is_owed_next(engine):
    with reading(engine) as connection:
        told = {(row.agency, row.alert) for row in connection.execute(select(Told).where(Told.body.is_not(None)))}
    assert told, "the town makes an alert of them"
    gone(engine, WHOLE)
    with reading(engine) as connection:
        left = {(row.agency, row.alert) for row in connection.execute(select(Told)) if row.body is not None}
        owed = connection.execute(select(Outbox.topic, Outbox.key, Outbox.value)).all()
    for agency, alert in told - left:
        assert [
            row.value for row in owed if (row.topic, row.key) == (f"tocsin.alerts.{agency}.v1", alert.encode())
        ] == [None]
    assert b"Quillfeather" not in b"".join(bytes(row.value or b"") for row in owed)


def test_what_people_decided_of_them_goes_with_the_words_they_gave(engine):
    one, two = item_named("person", "police:P-1#0"), item_named("person", "council:C-3#0")
    with writing(engine) as connection:
        decide(connection, "person", one, two, "never", "ann", "Zebedee is not Agnes", datetime.now(UTC))
    gone(engine, WHOLE)
    assert "not agnes" not in all_rows(engine).lower()
    with reading(engine) as connection:
        assert [entry.why for entry in decisions(connection, "person")] == [""]


def test_no_bytes_of_theirs_stay_in_the_files_of_a_sqlite_store(tmp_path):
    opened = store(f"sqlite:///{tmp_path / 'store.db'}", [*THEIRS, *OTHERS])
    assert {word for _, word in found_in(tmp_path)} >= {"Quillfeather", "07700900461"}
    gone(opened, WHOLE)
    assert compact(opened) == ()
    assert found_in(tmp_path) == []
    opened.dispose()


def test_no_bytes_of_theirs_stay_in_the_files_of_a_postgresql_store_or_its_log(postgresql_url):
    opened = store(postgresql_url, [*THEIRS, *OTHERS])
    with opened.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("analyze"))  # the planner takes its samples of them
        connection.execute(text("checkpoint"))
        folder = Path(connection.execute(text("show data_directory")).scalar_one())
        oid = connection.execute(text("select oid from pg_database where datname = current_database()")).scalar_one()
    before = {word for _, word in found_in(folder / "base" / str(oid))}
    assert before >= {"Quillfeather", "07700900461"}
    assert gone(opened, WHOLE).proven
    assert compact(opened) == ()
    assert found_in(folder / "base" / str(oid)) == []
    assert found_in(folder / "pg_wal") == []
    opened.dispose()


def test_the_log_says_that_something_was_erased_and_not_who(engine):
    gone(engine, WHOLE)
    with reading(engine) as connection:
        found = [entry for entry in entries(connection) if entry["act"] == "erasure"]
    assert [entry["actor"] for entry in found] == ["ann"] * (len(WHOLE) + 1)
    assert {entry["why"] for entry in found[:-1]} == {"asked for"}
    assert not any(ref in json.dumps(found) for ref in WHOLE)


def test_who_is_not_held_is_said_so(engine):
    with reading(engine) as connection:
        for name in ("police:none", "7a5b3a0e-0000-5000-8000-000000000000"):
            with pytest.raises(NotHeld):
                subject_of(connection, [name])
        assert {mention for mention, _, _ in named(connection, "quillfeather zebedee")} == {
            "police:P-1#0",
            "housing:H-2#0",
            "council:C-3#1",
            "police:P-4#0",
        }


def test_others_with_the_same_name_stay(engine):
    take(engine, [report("fire", 77, 20, people=[zebedee(born="1931-01-30", phones=[], emails=[], address=None)])], 60)
    done = gone(engine, WHOLE)
    assert done.proven
    assert any('"F-77"' in line for line in exported(engine)["people"])


def test_what_a_worker_has_not_settled_is_finished_by_a_later_run(engine, monkeypatch):
    one, two = item_named("person", "police:P-1#0"), item_named("person", "council:C-3#0")
    with writing(engine) as connection:
        decide(connection, "person", one, two, "never", "ann", "Zebedee is not Agnes", NOW)
        now = datetime.now(UTC)
        row = {"name": "relay", "holder": "a busy worker", "until": now + timedelta(minutes=5)}
        connection.execute(Lease.__table__.insert().values(row))
    monkeypatch.setattr("streams.carry_on._PATIENCE_S", 0.05)
    first = gone(engine, WHOLE)
    assert not first.settled
    assert not first.proven
    with writing(engine) as connection:
        connection.execute(Lease.__table__.delete())
    assert gone(engine, WHOLE).proven
    assert [word for word in CANARIES if word.lower() in all_rows(engine).lower()] == []
