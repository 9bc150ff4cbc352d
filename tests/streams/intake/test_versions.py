"""Which version holds, told by what is kept and by the receipts."""

import time
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, select

from schemas.receipt import Receipt as ReceiptWord
from schemas.tables import Receipt, Received, Rejected, Report, ReportBody, ReportVersion, Waiting
from streams.intake import kept
from streams.intake.keep import refuse_records, take_reports
from streams.intake.kept import current_reports
from streams.keeping.bodies import destroy_keys
from streams.stage import standing_before
from streams.store import reading, writing
from tests.streams.intake.making import (
    PARTNERSHIP,
    TAKEN_AT,
    grading,
    heads,
    outcomes,
    raw,
    record,
    records,
    report,
    rows,
    statuses,
    store,
    take,
)


@pytest.fixture
def engine(store_url: str) -> Iterator[Engine]:
    with store(store_url) as opened:
        yield opened


def went(engine: Engine, *bodies: dict[str, Any]) -> list[str]:
    """What became of each of some reports, sent one after the other, each in a batch of its own."""
    for offset, body in enumerate(bodies):
        take(engine, [record(body, offset)])
    with reading(engine) as connection:
        return outcomes(connection)


def head(engine: Engine) -> tuple[Any, ...]:
    ((version, status, uid),) = rows(engine, Report, "version", "status", "uid")
    return version, status, uid is not None


def waiting(engine: Engine) -> list[str]:
    with writing(engine) as connection:
        return standing_before(connection, "dedupe", 1000)


def v(version: int, **changes: Any) -> dict[str, Any]:
    return report(version=version, summary=changes.pop("summary", f"as of version {version}"), **changes)


def retract(version: int, **changes: Any) -> dict[str, Any]:
    return v(version, action="retract", **changes)


def test_a_report_is_kept_whole(engine):
    body = report(
        detail="noise",
        asb_type="nuisance",
        grading=grading(),
        classification="OFFICIAL-SENSITIVE",
        restricted_to=["council"],
        sensitive=["child"],
    )
    messages = take(engine, [record(body, 5, key=b"P-1")])
    ((source, partition, offset, outcome, ref),) = rows(engine, Received)
    assert (source, partition, offset, outcome, ref) == ("tocsin.inbound.police.v1", 0, 5, "accepted", "police:P-1")
    ((uid, sent),) = rows(engine, ReportBody)
    assert sent == raw(body)
    ((version_uid, taken_at, action),) = rows(engine, ReportVersion, "uid", "taken_at", "action")
    assert (version_uid, taken_at, action) == (uid, TAKEN_AT, "report")
    with reading(engine) as connection:
        kept = connection.execute(select(Report)).one()
        assert current_reports(connection, ["police:P-1", "police:P-2"])["police:P-1"].summary == body["summary"]
    assert (kept.uid, kept.status, kept.category, kept.detail) == (uid, "accepted", "anti-social-behaviour", "noise")
    assert kept.marking == {
        "classification": "OFFICIAL-SENSITIVE",
        "grading": grading(),
        "sensitive": ["child"],
        "restricted_to": ["council"],
    }
    told = [ReceiptWord.model_validate_json(message.value or b"") for message in messages]
    assert [(one.report, one.version, one.status, one.reasons, one.warnings) for one in told] == [
        ("P-1", 1, "accepted", (), ())
    ]
    assert [message.key for message in messages] == [b"P-1"]
    assert dict(messages[0].headers)["ce_id"].decode() == told[0].id
    assert waiting(engine) == ["police:P-1"]


def test_an_ungraded_report_stays_ungraded(engine):
    take(engine, [record(report())])
    ((marking,),) = rows(engine, Report, "marking")
    assert marking == {"classification": "OFFICIAL", "grading": None, "sensitive": [], "restricted_to": None}


def test_warnings_stand_on_the_receipt_and_the_value_is_not_used(engine):
    take(engine, [record(report(detail="basket-weaving"))])
    ((status, warnings),) = rows(engine, Receipt, "status", "warnings")
    assert status == "accepted"
    assert len(warnings) == 1
    assert rows(engine, Report, "detail") == [(None,)]


def test_a_redelivery_writes_nothing_not_even_a_receipt(engine):
    take(engine, [record(v(1), 0)])
    waiting(engine)
    before = [rows(engine, table) for table in (ReportVersion, ReportBody, Report, Receipt, Rejected)]
    assert take(engine, [record(v(1), 1)]) == []
    assert [rows(engine, table) for table in (ReportVersion, ReportBody, Report, Receipt, Rejected)] == before
    assert rows(engine, Received, "offset", "outcome") == [(0, "accepted"), (1, "seen")]
    assert waiting(engine) == []


def test_a_higher_version_replaces_a_lower_one(engine):
    assert went(engine, v(1), v(3, category="drugs", grading=grading())) == ["accepted", "accepted"]
    assert head(engine) == (3, "accepted", True)
    assert rows(engine, Report, "category") == [("drugs",)]
    assert statuses(engine) == [("P-1", "accepted"), ("P-1", "accepted")]


def test_an_older_version_again_is_a_redelivery(engine):
    assert went(engine, v(1), v(2), v(1)) == ["accepted", "accepted", "seen"]


def test_a_lower_version_changes_nothing_and_is_told_once(engine):
    assert went(engine, v(3), v(2), v(2)) == ["accepted", "superseded", "seen"]
    assert head(engine) == (3, "accepted", True)
    assert statuses(engine) == [("P-1", "accepted"), ("P-1", "superseded")]
    ((reasons,),) = [(r,) for s, r in rows(engine, Receipt, "status", "reasons") if s == "superseded"]
    assert reasons == ["version 3 is held; version 2 changes nothing"]
    assert len(rows(engine, ReportVersion)) == 2


def test_a_lower_version_told_once_whatever_it_says(engine):
    assert went(engine, v(3), v(2), v(2, summary="otherwise")) == ["accepted", "superseded", "superseded"]
    assert statuses(engine) == [("P-1", "accepted"), ("P-1", "superseded")]


def test_an_equal_version_with_other_content_is_rejected(engine):
    assert went(engine, v(2), v(2, summary="otherwise")) == ["accepted", "rejected"]
    assert head(engine) == (2, "accepted", True)
    ((code, reasons, uid),) = rows(engine, Rejected, "code", "reasons", "uid")
    assert code == "version-conflict"
    assert reasons == ["version 2 is held with other content; send a higher one"]
    assert dict(rows(engine, ReportBody))[uid] == raw(v(2, summary="otherwise"))
    assert statuses(engine) == [("P-1", "accepted"), ("P-1", "rejected")]


def test_a_retraction_withdraws(engine):
    take(engine, [record(v(1), 0)])
    waiting(engine)
    take(engine, [record(retract(2), 1)])
    assert head(engine) == (2, "retracted", True)
    assert waiting(engine) == ["police:P-1"]
    assert statuses(engine) == [("P-1", "accepted"), ("P-1", "retracted")]
    with reading(engine) as connection:
        assert current_reports(connection, ["police:P-1"]) == {}


def test_a_report_whose_key_was_destroyed_is_not_read_from_memory_either(engine):
    take(engine, [record(v(1), 0)])
    uids = [uid for uid, _ in rows(engine, ReportBody)]
    with writing(engine) as connection:
        assert current_reports(connection, ["police:P-1"]).keys() == {"police:P-1"}
        destroy_keys(connection, uids)
        assert current_reports(connection, ["police:P-1"]) == {}


@pytest.mark.parametrize("read_on", [True, False])
def test_what_was_taken_in_is_held_in_memory_only_where_the_stages_are(engine, monkeypatch, read_on):
    lately: OrderedDict[str, Any] = OrderedDict()
    monkeypatch.setattr(kept, "_LATELY", lately)
    with writing(engine) as connection:
        take_reports(connection, [record(v(1), 0), record(v(2), 1)], PARTNERSHIP, read_on=read_on)
    assert list(lately) == ([uid for (uid,) in rows(engine, Report, "uid")] if read_on else [])


def test_a_retraction_may_name_the_version_it_withdraws(engine):
    assert went(engine, v(1), retract(1), v(1), retract(1)) == ["accepted", "retracted", "seen", "seen"]
    assert head(engine) == (1, "retracted", True)


def test_a_retraction_below_what_is_held_changes_nothing(engine):
    assert went(engine, v(2), retract(1)) == ["accepted", "superseded"]
    assert head(engine) == (2, "accepted", True)


def test_what_comes_after_its_retraction_is_withdrawn_on_arrival(engine):
    take(engine, [record(retract(2), 0)])
    assert head(engine) == (2, "retracted", False)
    assert waiting(engine) == []
    assert went(engine, retract(2), v(1), v(2)) == ["retracted", "retracted", "retracted"]
    assert head(engine) == (2, "retracted", True)
    assert statuses(engine) == [("P-1", "retracted")] * 3
    assert waiting(engine) == []


def test_a_higher_version_after_a_retraction_is_a_report_again(engine):
    assert went(engine, retract(2), v(3)) == ["retracted", "accepted"]
    assert head(engine) == (3, "accepted", True)
    assert waiting(engine) == ["police:P-1"]


def test_an_amendment_of_what_has_not_come_is_a_report(engine):
    assert went(engine, v(4, action="amend")) == ["accepted"]
    assert head(engine) == (4, "accepted", True)


def test_a_report_and_its_retraction_in_one_batch_leave_nothing_to_do(engine):
    take(engine, records([v(1), retract(2)]))
    assert head(engine) == (2, "retracted", True)
    assert waiting(engine) == []


def test_the_order_within_a_batch_holds(engine):
    take(engine, records([v(1), v(2), v(2, summary="otherwise"), v(1), retract(1), v(3)]))
    with reading(engine) as connection:
        assert outcomes(connection) == ["accepted", "accepted", "rejected", "seen", "superseded", "accepted"]


def test_agencies_may_use_the_same_id(engine):
    fire = record(report(agency="fire", category="deliberate-fire"), 0, agency="fire", source="tocsin.inbound.fire.v1")
    take(engine, [record(report()), fire])
    assert rows(engine, Report, "ref") == [("fire:P-1",), ("police:P-1",)]


def test_the_same_batch_again_changes_nothing(engine):
    batch = records([v(1), v(3), v(2), v(3, summary="x"), retract(3), b"nonsense", report(id=...), v(4), retract(9)])
    take(engine, batch)
    tables = (Received, ReportVersion, ReportBody, Report, Receipt, Rejected, Waiting)
    before = [rows(engine, table) for table in tables]
    assert take(engine, batch) == []
    assert [rows(engine, table) for table in tables] == before


def test_a_place_already_found_is_not_forgotten_by_a_retraction(engine):
    take(engine, [record(v(1), 0)])
    with writing(engine) as connection:
        connection.execute(Report.__table__.update().values(place_item="found"))
    take(engine, [record(v(2), 1)])
    assert rows(engine, Report, "place_item") == [("found",)]


def test_an_agency_outside_the_partnership_is_kept_and_has_no_topic(engine):
    body = report(agency="coastguard")
    assert take(engine, [record(body, source="file:x", agency=None)]) == []
    assert statuses(engine) == [("P-1", "accepted")]


def test_a_file_with_no_readable_agency_is_rejected_and_told_to_nobody(engine):
    assert take(engine, [record(b"nonsense", 3, source="file:x", agency=None)]) == []
    assert rows(engine, Rejected, "agency", "report_id", "offset") == [(None, None, 3)]
    assert rows(engine, Receipt) == []


def test_a_record_the_pipeline_fails_on_is_refused(engine):
    with writing(engine) as connection:
        back, receipt = refuse_records(connection, [record(v(7), 4)], PARTNERSHIP)
    assert (back.value, dict(back.headers)["dlq.code"]) == (raw(v(7)), b"cannot-be-taken")
    assert ReceiptWord.model_validate_json(receipt.value or b"").version == 7
    assert rows(engine, Rejected, "offset", "code") == [(4, "cannot-be-taken")]
    assert rows(engine, Received, "offset", "outcome") == [(4, "rejected")]


def test_an_empty_batch_is_nothing(engine):
    assert take(engine, []) == []
    assert heads(engine) == []


def test_two_workers_with_one_new_report_do_not_both_accept_it(postgresql_url):
    with store(postgresql_url) as opened, ThreadPoolExecutor() as pool:
        with writing(opened) as first:
            take_reports(first, [record(v(1), 0)], PARTNERSHIP)
            second = pool.submit(take, opened, [record(v(1, summary="otherwise"), 0, partition=1)])
            time.sleep(0.3)
            assert not second.done()
        assert [message.topic for message in second.result(timeout=20)] == [
            "tocsin.rejected.police.v1",
            "tocsin.receipts.police.v1",
        ]
        assert head(opened) == (1, "accepted", True)
