"""What is due goes, what is held, reviewed or needed stays, and what is left begins at a signed point."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from schemas.tables import Alert, Audit, Member, Mention
from streams.keeping.cutting import cut
from streams.keeping.heads import sign_heads, signer_in
from streams.keeping.log import log
from streams.keeping.periods import Periods, of_what_is_written, periods
from streams.keeping.proving import prove
from streams.keeping.retention import drop_rejected, due, hold, keep_after_review, release, to_review
from streams.keeping.subject import NotHeld
from streams.store import reading, writing
from tests.streams.keeping.town import NOW, OTHERS, THEIRS, report, store, take

SHORT = Periods(
    report=timedelta(days=80),
    review=timedelta(days=5),
    evidence=timedelta(days=40),
    rejected=timedelta(days=30),
    audit=timedelta(days=100),
    written=of_what_is_written(),
)
DAY = datetime(2026, 5, 25, tzinfo=UTC)  # reports from before 6 March are due


@pytest.fixture
def engine(store_url):
    opened = store(store_url, [*THEIRS, *OTHERS, report("police", 90, 1)])
    yield opened
    opened.dispose()


def found(engine, day=DAY, how=SHORT):
    with reading(engine) as connection:
        return due(connection, day, how)


def close_alerts(engine, at: datetime) -> None:
    with writing(engine) as connection:
        connection.execute(Alert.__table__.update().values(state="closed", updated_at=at))


def test_a_report_is_due_when_its_time_is_over_and_no_issue_needs_it(engine):
    now = found(engine)
    assert "police:P-90" in now.reports
    assert now.staying["police:P-1"] == "an issue that rests on it is open"
    close_alerts(engine, DAY - timedelta(days=39))
    assert found(engine).staying["police:P-1"] == "an issue that rests on it was closed not long enough ago"
    close_alerts(engine, DAY - timedelta(days=41))
    assert {"police:P-1", "police:P-90"} <= set(found(engine).reports)
    assert "fire:F-13" not in found(engine).reports


def test_a_report_is_to_be_reviewed_before_it_is_due(engine):
    with reading(engine) as connection:
        assert to_review(connection, DAY, SHORT) == ["fire:F-13", "housing:H-12"]


def test_what_was_reviewed_and_kept_stays_until_its_day(engine):
    with writing(engine) as connection:
        keep_after_review(connection, "police:P-90", DAY + timedelta(days=9), "ann", "needed", NOW)
    assert found(engine).staying["police:P-90"] == "it was reviewed and is kept"
    assert "police:P-90" in found(engine, DAY + timedelta(days=9)).reports


def test_what_is_held_stays_until_it_is_released(engine):
    with writing(engine) as connection:
        hold(connection, "police:P-90", "ann", "a court asked", NOW)
    assert found(engine).staying["police:P-90"] == "it is held"
    with writing(engine) as connection:
        assert release(connection, "police:P-90", "ann", "over", NOW)
        assert not release(connection, "police:P-90", "ann", "over", NOW)
    assert "police:P-90" in found(engine).reports


def test_a_hold_on_a_person_holds_all_that_names_them(engine):
    close_alerts(engine, DAY - timedelta(days=300))
    with reading(engine) as connection:
        theirs = select(Member.entity).join(Mention, Mention.id == Member.item).where(Mention.ref == "police:P-1")
        person = connection.execute(theirs.order_by(Mention.index)).scalars().first()
    with writing(engine) as connection:
        hold(connection, person, "ann", "a court asked", NOW)
    assert found(engine).staying["police:P-1"] == "it is held"
    with pytest.raises(NotHeld), writing(engine) as connection:
        hold(connection, "police:none", "ann", "x", NOW)


def test_what_was_refused_goes_with_its_bytes(engine):
    take(engine, [{**report("fire", 70, 2), "colour": "Zebedee"}], first=70)
    assert found(engine, NOW + timedelta(days=31)).rejected == 1
    with writing(engine) as connection:
        assert drop_rejected(connection, NOW - timedelta(days=1), "ann", NOW) == 0
        assert drop_rejected(connection, NOW + timedelta(days=1), "ann", NOW) == 1
        left = connection.execute(text("select count(*) from report_body")).scalar_one()
        keys = connection.execute(text("select count(*) from body_key")).scalar_one()
    assert left == keys == len(THEIRS) + len(OTHERS) + 1


def test_the_log_is_cut_from_the_front_and_proves_whole(engine, tmp_path):
    signer = signer_in(tmp_path / "audit.key")
    with writing(engine) as connection:
        said = {"actor": "ann", "act": "consultation", "subject": "x", "detail": {}}
        log(connection, "page", [{**said, "at": DAY - timedelta(days=200 - n * 50), "why": f"w{n}"} for n in range(4)])
        (message,) = sign_heads(connection, signer, ["police"], NOW)
    entries = found(engine).entries
    assert entries["page"] == 2
    with writing(engine) as connection:
        assert cut(connection, entries, signer, "ann", NOW) >= 2
    with reading(engine) as connection:
        proof = prove(connection, signer.public, [json.loads(message.value)])
        assert proof.flaws == ()
        assert connection.execute(select(Audit.n).where(Audit.chain == "page").order_by(Audit.n)).scalars().all() == [
            3,
            4,
        ]
        assert sorted(connection.execute(text("select words from audit_words where words like 'w%'")).scalars()) == [
            "w2",
            "w3",
        ]
    with pytest.raises(DBAPIError, match="only added to"), writing(engine) as connection:
        connection.execute(text("delete from audit where chain = 'page' and n = 3"))


def test_a_cut_that_nobody_signed_for_shows(engine, tmp_path):
    signer, other = signer_in(tmp_path / "audit.key"), signer_in(tmp_path / "other.key")
    with writing(engine) as connection:
        cut(connection, {"sharing": 1}, other, "ann", NOW)
    with reading(engine) as connection:
        flaws = prove(connection, signer.public).flaws
    assert [(flaw.chain, flaw.n) for flaw in flaws] == [("sharing", 1)]


def test_what_people_decided_is_not_cut_by_the_logs_age(engine):
    with writing(engine) as connection:
        said = {"actor": "ann", "act": "combination", "subject": "x", "detail": {}, "at": DAY - timedelta(days=999)}
        log(connection, "people", [said])
    assert "people" not in found(engine).entries


def test_the_shipped_periods_are_those_proposed():
    assert (periods().report.days, periods().evidence.days) == (1095, 730)
    assert (periods().rejected.days, periods().audit.days) == (30, 2555)
