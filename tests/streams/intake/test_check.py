"""The rules that need more than the report: the topic, its headers and key, the partnership, when it was received."""

import json

import pytest

from schemas.report import read_report
from streams.intake.check import check
from streams.intake.digest import digest_of
from streams.intake.marking import Marked, judge, marked_in_bytes
from streams.intake.refused import Refused
from tests.streams.intake.making import PARTNERSHIP, grading, person, raw, record, report


def refused(one) -> Refused:
    with pytest.raises(Refused) as raised:
        check(one, PARTNERSHIP)
    return raised.value


def ce(source: bytes, id: bytes = b"m-1") -> tuple[tuple[str, bytes], ...]:
    return (("ce_specversion", b"1.0"), ("ce_id", id), ("ce_source", source), ("ce_type", b"tocsin.report.v1"))


def test_a_report_with_nothing_around_it_is_taken():
    assert check(record(report()), PARTNERSHIP).warnings == ()


@pytest.mark.parametrize("source", [b"police", b"urn:tocsin:police", b"//crm.example.org/police", b"mobile-app"])
def test_headers_that_name_the_sender_or_nobody_are_taken(source):
    assert check(record(report(), headers=ce(source)), PARTNERSHIP).warnings == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"headers": ce(b"fire")},
        {"headers": ce(b"urn:tocsin:fire")},
        {"headers": ce(b"police", b"fire:1")},
        {"key": b"P-2"},
        {"key": b"fire:P-1"},
        {"key": b"\xff"},
        {"agency": "fire", "source": "tocsin.inbound.fire.v1"},
    ],
)
def test_who_speaks_in_anothers_name_is_refused(changes):
    assert refused(record(report(), **changes)).code == "identity-mismatch"


def test_a_forged_report_is_told_to_whose_topic_it_is():
    forged = refused(record(report(), agency="fire"))
    assert (forged.agency, forged.report_id, forged.keep_body) == ("fire", "P-1", True)
    assert forged.reasons == ("agency is not fire, whose topic this is",)


@pytest.mark.parametrize("key", [None, b"", b"P-1", b"police:P-1", b'"P-1"'])
def test_a_key_is_the_id_or_there_is_none(key):
    assert check(record(report(), key=key), PARTNERSHIP)


def test_headers_that_are_not_whole_are_a_warning():
    warnings = check(record(report(), headers=(("ce_id", b"\xff"),)), PARTNERSHIP).warnings
    assert warnings == ("the CloudEvents headers are not whole, and are not used",)


def test_a_report_may_be_a_day_ahead_of_its_receipt_and_no_more():
    assert check(record(report(reported_at="2024-05-03T09:00:00Z")), PARTNERSHIP)
    early = refused(record(report(reported_at="2024-05-03T09:00:00.000001Z")))
    assert early.reasons == ("reported_at is more than a day after the report was received",)


def test_an_unknown_agency_in_restricted_to_is_kept_with_a_warning():
    checked = check(record(report(restricted_to=["council", "coastguard"])), PARTNERSHIP)
    assert checked.report.restricted_to == ("council", "coastguard")
    assert checked.warnings == (
        "restricted_to[1] is not known to the partnership; the report stays shut to all not named",
    )


def test_a_file_has_only_the_body_to_say_whose_it_is():
    def line(agency: str):
        return record(report(agency=agency), source="file:x.jsonl", agency=None)

    assert check(line("fire"), PARTNERSHIP).report.agency == "fire"
    assert check(line("coastguard"), PARTNERSHIP).warnings == ("agency coastguard is not known to the partnership",)
    assert refused(line("Coast Guard")).code == "invalid"


@pytest.mark.parametrize(
    "written",
    [
        lambda body: json.dumps(body, indent=4).encode(),
        lambda body: json.dumps(dict(reversed(body.items()))).encode(),
        lambda body: json.dumps(body, ensure_ascii=False).encode(),
        lambda body: b"\xef\xbb\xbf" + raw(body) + b"\r\n",
        lambda body: raw(body | {"version": 1, "action": "report", "classification": "OFFICIAL", "people": []}),
        lambda body: raw(body | {"detail": None, "vehicles": None}),
        lambda body: raw(body | {"action": "amend"}),
        lambda body: raw(body).replace(b'"lat": 53.0', b'"lat": 53'),
        lambda body: raw(body).replace(b"21:30:00Z", b"21:30:00.000+00:00"),
    ],
)
def test_a_redelivery_is_judged_by_content(written):
    body = report(place={"lat": 53.0, "lon": -1.5}, summary="café", reported_at="2024-05-01T21:30:00Z")
    again = written(body)
    assert again != raw(body)
    assert check(record(again), PARTNERSHIP).digest == check(record(body), PARTNERSHIP).digest


@pytest.mark.parametrize(
    "changes",
    [
        {"summary": "other"},
        {"summary": ...},
        {"action": "retract"},
        {"classification": "OFFICIAL-SENSITIVE"},
        {"restricted_to": []},
        {"people": [person()]},
        {"grading": grading()},
        {"extension": {}},
        {"extension": {"a": None}},
        {"reported_at": "2024-05-01T21:31:00+01:00"},
    ],
)
def test_other_content_has_another_digest(changes):
    assert digest_of(read_report(report(**changes))) != digest_of(read_report(report()))


@pytest.mark.parametrize(
    "value", ["OFFICIAL", "official sensitive", "OFFICAL", "Official-Sensitve", "RESTRICTED", "", None]
)
def test_markings_no_higher(value):
    assert judge(value) is Marked.LOWER


@pytest.mark.parametrize(
    "value", ["SECRET", "top secret", "OFFICIAL/SECRET", "S E C R E T", "Confidential", ["SECRET"]]
)
def test_markings_higher(value):
    assert judge(value) is Marked.HIGHER


@pytest.mark.parametrize("value", ["3", 3, True, {"a": 1}, "Geheim", "SECR", "ОFFICIАL"])
def test_markings_nobody_can_tell(value):
    assert judge(value) is not Marked.LOWER


def test_a_text_that_speaks_of_secrets_is_no_marking():
    assert marked_in_bytes(b'{"summary": "a secret classification of waste"') is Marked.LOWER
    assert check(record(report(summary="TOP SECRET", extension={"classification": "SECRET"})), PARTNERSHIP)
