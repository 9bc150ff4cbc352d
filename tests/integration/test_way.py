"""Reports go in at one end and alerts come out at the other, on a real broker with a real worker."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from kafka import KafkaProducer
from sqlalchemy import select

from schemas.tables import ReportVersion
from schemas.topics import ALERTS, INBOUND, RECEIPTS, REJECTED
from streams.export import EXPORTS
from tests.integration.reports import SUBJECT, report, told_of
from tests.integration.rig import Rig, run_of_file

pytestmark = pytest.mark.broker


def standing(records: list[Any]) -> dict[bytes, Any]:
    """What a compacted topic says now: the last value of each key that is not a tombstone."""
    last = {record.key: record.value for record in records}
    return {key: json.loads(value) for key, value in last.items() if value is not None}


def test_three_reports_of_one_person_become_one_alert(on_either_store: Rig) -> None:
    rig = on_either_store
    rig.start_worker()
    rig.send("police", [told_of("police", 1), told_of("police", 4)])
    rig.send("housing", [told_of("housing", 8)])
    rig.settle()
    alerts = [json.loads(line) for line in rig.export("alerts")]
    about = [alert for alert in alerts if alert["kind"] in ("repeat-person", "convergence")]
    assert len(about) == 1
    alert = about[0]
    assert sorted(alert["evidence"]) == ["housing:HOU-00008", "police:POL-00001", "police:POL-00004"]
    for agency in ("police", "housing"):
        copy = standing(rig.read(ALERTS.topic(agency)))[alert["id"].encode()]
        assert sorted(copy["evidence"]) == sorted(alert["evidence"])
        assert copy["why"]
    statuses = {(line["agency"], line["status"]) for line in map(json.loads, rig.export("receipts"))}
    assert {("police", "accepted"), ("police", "alerted"), ("housing", "alerted")} <= statuses
    people = [json.loads(line) for line in rig.export("people")]
    assert len({person["person"] for person in people}) == 1
    assert {person["state"] for person in people} == {"joined"}


def test_what_may_not_be_known_reaches_no_other_agency(on_sqlite: Rig) -> None:
    rig = on_sqlite
    rig.start_worker()
    rig.send("police", [told_of("police", 1), told_of("police", 4, restricted_to=["police"])])
    rig.send("housing", [told_of("housing", 8)])
    rig.settle()
    secret = "POL-00004"
    assert standing(rig.read(ALERTS.topic("police")))
    for agency in rig.partnership:
        if agency == "police":
            continue
        for family in (ALERTS, RECEIPTS):
            for record in rig.read(family.topic(agency)):
                assert secret.encode() not in (record.value or b"")
        assert not standing(rig.read(ALERTS.topic(agency)))


def test_a_bad_record_comes_back_untouched_with_its_reason(on_sqlite: Rig) -> None:
    rig = on_sqlite
    rig.start_worker()
    bad = [b"{not json", json.dumps({"id": "X1", "agency": "police"}).encode()]
    # keyless, as bytes are sent here, and of a body that may not be kept: nothing is left to send back but the reason
    secret = json.dumps(report("police", 3, classification="SECRET", summary="a quiet canary")).encode()
    rig.send("police", [bad[0], report("police", 1), bad[1], report("housing", 2), secret])
    rig.settle()
    returned = rig.read(REJECTED.topic("police"))
    assert not any(b"canary" in (record.value or b"") for record in returned)
    assert bad[0] in [record.value for record in returned]
    assert bad[1] in [record.value for record in returned]
    assert len(returned) == 4
    for record in returned:
        headers = dict(record.headers)
        assert headers["dlq.code"]
        assert headers["dlq.reason"]
    assert rig.outcomes() == {"accepted": 1, "rejected": 4}
    lines = [json.loads(line) for line in rig.export("reports")]
    assert [line["status"] for line in lines].count("rejected") == 4


def test_an_amendment_and_a_retraction_take_back_what_they_changed(on_either_store: Rig) -> None:
    rig = on_either_store
    rig.start_worker()
    three = [told_of("police", 1), told_of("police", 4), told_of("police", 8)]
    rig.send("police", three)
    rig.settle()
    assert len(rig.export("alerts")) == 1
    other = {
        **three[1],
        "version": 2,
        "action": "amend",
        "people": [{**SUBJECT, "name": "Oona Brandreth", "born": "1961-11-30"}],
    }
    rig.send("police", [other])
    rig.settle()
    assert rig.export("alerts") == []
    assert not standing(rig.read(ALERTS.topic("police")))
    rig.send("police", [{**three[1], "version": 3, "action": "amend"}])
    rig.settle()
    assert len(rig.export("alerts")) == 1
    rig.send("police", [{**three[2], "version": 2, "action": "retract"}])
    rig.settle()
    assert rig.export("alerts") == []
    statuses = {line["id"]: line["status"] for line in map(json.loads, rig.export("reports"))}
    assert statuses == {"POL-00001": "accepted", "POL-00004": "accepted", "POL-00008": "retracted"}
    assert len([line for line in map(json.loads, rig.export("people")) if line["report"] == "POL-00008"]) == 0


def test_sending_the_same_twice_changes_nothing(on_sqlite: Rig) -> None:
    rig = on_sqlite
    rig.start_worker()
    reports = [told_of("police", n) if n % 7 == 0 else report("police", n) for n in range(60)]
    rig.send("police", reports)
    rig.close()
    before = {what: rig.export(what) for what in EXPORTS}
    rig.send("police", reports)
    rig.settle()
    assert {what: rig.export(what) for what in EXPORTS} == before
    assert rig.outcomes() == {"accepted": 60, "seen": 60}


def test_a_worker_killed_in_mid_stream_loses_nothing_and_does_nothing_twice(on_either_store: Rig) -> None:
    rig = on_either_store
    reports = [told_of("police", n) if n % 50 == 0 else report("police", n) for n in range(3000)]
    worker = rig.start_worker()
    sent = rig.send("police", reports)
    for part_done in (400, 1500):
        rig.until(lambda least=part_done: sum(rig.outcomes().values()) >= least, f"{part_done} taken")
        rig.kill(worker)
        worker = rig.start_worker()
    rig.close()
    assert rig.outcomes() == {"accepted": sent}
    exported = [json.loads(line) for line in rig.export("reports")]
    assert len(exported) == len({line["id"] for line in exported}) == sent
    accepted = [r for r in map(json.loads, rig.export("receipts")) if r["status"] == "accepted"]
    assert len(accepted) == sent
    undisturbed = run_of_file(rig, reports)
    assert {what: rig.export(what) for what in EXPORTS} == undisturbed


def test_two_workers_scaled_to_one_and_back(broker: str, postgresql_url: str, tmp_path) -> None:
    from tests.integration.rig import rig as make_rig

    with make_rig(broker, postgresql_url, tmp_path, partitions=4) as rig:
        first, _ = rig.start_worker(), rig.start_worker()
        everything: list[dict[str, Any]] = []
        for third, agency in enumerate(("police", "housing", "fire")):
            reports = [told_of(agency, n) if n % 60 == 0 else report(agency, n) for n in range(800)]
            everything += reports
            rig.send(agency, reports)
            rig.until(lambda least=300 + 800 * third: sum(rig.outcomes().values()) >= least, "some taken")
            if third == 0:
                first.stop()
            if third == 1:
                rig.start_worker()
        rig.close()
        assert rig.outcomes() == {"accepted": len(everything)}
        undisturbed = run_of_file(rig, everything)
        assert {what: rig.export(what) for what in EXPORTS} == undisturbed


def test_a_replay_of_what_was_sent_gives_the_same_export(on_sqlite: Rig) -> None:
    rig = on_sqlite
    rig.start_worker()
    everything: list[dict[str, Any]] = []
    for agency in ("police", "housing", "fire"):
        everything += [told_of(agency, n) if n % 9 == 0 else report(agency, n) for n in range(90)]
    everything.sort(key=lambda body: (body["reported_at"], body["agency"]))
    for agency in ("housing", "fire", "police"):
        rig.send(agency, [body for body in everything if body["agency"] == agency])
    rig.close()
    assert {what: rig.export(what) for what in EXPORTS} == run_of_file(rig, everything)


def test_a_senders_clock_that_is_years_off_loses_none_of_its_reports(on_sqlite: Rig) -> None:
    """Retention deletes by a record's time: it is the broker's, and not the sender's."""
    rig = on_sqlite
    producer = KafkaProducer(bootstrap_servers=rig.bootstrap, acks="all")
    for number, at in enumerate((datetime(2001, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC))):
        body = json.dumps(report("police", number)).encode()
        producer.send(INBOUND.topic("police"), value=body, timestamp_ms=int(at.timestamp() * 1000)).get(30)
    producer.close()
    rig.start_worker()
    rig.settle()
    assert rig.outcomes() == {"accepted": 2}
    with rig.engine.connect() as connection:
        taken = connection.execute(select(ReportVersion.taken_at)).scalars().all()
    assert all(abs(datetime.now(UTC) - at) < timedelta(minutes=10) for at in taken)
