from datetime import UTC, datetime, timedelta, timezone

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event

from schemas.agencies import load_partnership
from schemas.envelope import MessageName, headers_for, names_another, read_envelope

AT = datetime(2024, 5, 1, 20, tzinfo=UTC)
KNOWN = load_partnership()


def sent(**changes: bytes | None) -> list[tuple[str, bytes]]:
    headers = {
        "ce_specversion": b"1.0",
        "ce_id": b"m-1",
        "ce_source": b"police",
        "ce_type": b"tocsin.report.v1",
    } | changes
    return [(name, value) for name, value in headers.items() if value is not None]


def test_headers_of_a_message_are_read_by_the_cloudevents_package():
    headers = headers_for("alert", id="a-1", at=AT, subject="a-1")
    event = from_binary_event(KafkaMessage(headers=dict(headers), key=b"a-1", value=b'{"id": "a-1"}'))
    assert (event.get_id(), event.get_source(), event.get_type()) == ("a-1", "tocsin", "tocsin.alert.v1")
    assert (event.get_time(), event.get_data()) == (AT, {"id": "a-1"})


def test_headers_are_made_of_what_they_speak_of_alone():
    there = AT.astimezone(timezone(timedelta(hours=1)))
    assert headers_for("alert", id="a-1", at=AT) == headers_for("alert", id="a-1", at=there)


def test_what_we_write_we_read():
    assert read_envelope(headers_for("receipt", id="r-1", at=AT)).name == MessageName(source="tocsin", id="r-1")


def test_a_sender_without_headers_is_fine():
    assert read_envelope(()).name is None
    assert read_envelope([("content-type", b"application/json"), ("theirs", b"\xff")]).warnings == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"ce_id": None},
        {"ce_id": b""},
        {"ce_source": b""},
        {"ce_source": None},
        {"ce_type": None},
        {"ce_id": b"\xff\xfe"},
        {"ce_time": b"yesterday"},
        {"ce_time": b"2024-05-01T20:00:00"},
        {"ce_specversion": b"9"},
        {"ce_Bad-Name": b"x"},
    ],
)
def test_malformed_headers_are_told_and_not_used(changes):
    envelope = read_envelope(sent(**changes))
    assert envelope.name is None
    assert envelope.warnings == ("the CloudEvents headers are not whole, and are not used",)


@pytest.mark.parametrize(
    "source",
    [
        "police",
        "POLICE",
        "/police",
        "urn:tocsin:police",
        "https://records.example.org/police",
        "//crm.example.org/v2",
        "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66",
        "mobile-app",
        "urn:council:police",
        "",
        "\ufffd",
    ],
)
def test_a_source_that_names_the_agency_or_none_is_only_a_name(source):
    assert not names_another(sent(ce_source=source.encode()), "police", KNOWN)


@pytest.mark.parametrize(
    "source", ["fire", "FIRE", " fire ", "/fire", "urn:tocsin:fire", "https://x.example/fire", "/fire/crm", "fire#1"]
)
def test_a_source_that_names_another_agency_is_a_forgery(source):
    assert names_another(sent(ce_source=source.encode()), "police", KNOWN)


def test_an_id_in_another_agencys_name_is_a_forgery():
    assert names_another(sent(ce_id=b"fire:77"), "police", KNOWN)
    assert not names_another(sent(ce_id=b"police:77"), "police", KNOWN)
    assert not names_another(sent(ce_id=b"fire"[:2] + b":77"), "police", KNOWN)


def test_every_header_of_a_name_is_looked_at():
    assert names_another([*sent(), ("CE_Source", b"fire")], "police", KNOWN)
