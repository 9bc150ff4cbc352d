"""What senders are told came of their reports: once, truly, and no more than they may know."""

from typing import Any

from schemas.receipt import Receipt as Word
from schemas.tables import Receipt
from tests.streams.issues.test_stage import feedback
from tests.streams.issues.way import Way, moment, person, report

SUBJECT = [person("suspect", identifiers={"pnc": "1988/123456A"})]
HERE = {"text": "14 Saltergate, Chesterfield", "uprn": "10001", "easting": 438_300.0, "northing": 371_300.0}


def brawl(agency: str, **fields: Any) -> dict[str, Any]:
    return report(agency, "1", 0, told=0.05, people=SUBJECT, place=HERE, category="violent-crime", **fields)


def test_a_sender_hears_that_another_told_of_the_same_incident(store_url: str) -> None:
    way = Way(store_url).take([brawl("police"), brawl("council")])
    assert ("1", "incident", "Council told of the same incident.") in way.receipts("police")
    assert ("1", "incident", "Police told of the same incident.") in way.receipts("council")
    way.take([{**brawl("council"), "action": "retract", "version": 2}])
    assert way.receipts("police") == []
    assert way.receipts("council") == []


def test_nothing_is_heard_of_a_report_one_may_not_know() -> None:
    way = Way().take([brawl("police"), brawl("fire", restricted_to=["housing"])])
    assert way.receipts("police") == []
    assert [status for _, status, _ in way.receipts("fire")] == ["incident", "linked"]


def test_a_sender_hears_that_a_person_is_named_elsewhere_without_a_flood() -> None:
    way = Way()
    said = []
    for number in range(6):
        way.take([report("police", number, 40 * number, people=SUBJECT)])
        said.append(len([m for m in way.told if m.topic.startswith("tocsin.receipts")]))
    assert ("0", "linked", "A person in it is named in several other reports.") in way.receipts("police")
    # two, then three, then four are told anew; from then on only the newcomer
    assert said == [0, 2, 5, 9, 10, 11]


def test_a_sender_hears_that_its_report_is_part_of_an_alert_and_that_it_no_longer_is() -> None:
    way = Way().take([report("police", n, 3 * n, people=SUBJECT) for n in range(3)])
    assert [number for number, status, _ in way.receipts("police") if status == "alerted"] == ["0", "1", "2"]
    way.take([report("police", 1, 3, action="retract", version=2)])
    assert [number for number, status, _ in way.receipts("police") if status == "alerted"] == []
    assert {row.withdrawn for row in way.rows(Receipt) if row.status == "alerted"} == {True}


def test_of_a_sensitive_report_nothing_is_told_by_itself() -> None:
    way = Way().take([report("police", n, 3 * n, people=SUBJECT, sensitive=["stalking"]) for n in range(3)])
    assert way.receipts("police") == []


def test_a_receipt_is_as_the_contract_has_it() -> None:
    way = Way().take([brawl("police"), brawl("council")])
    told = [m for m in way.told if m.topic.startswith("tocsin.receipts")]
    assert told
    for message in told:
        receipt = Word.model_validate_json(message.value or b"")
        assert message.key == (receipt.report or "").encode()
        assert dict(message.headers)["ce_type"] == b"tocsin.receipt.v1"


def test_a_sender_hears_what_people_did_about_it_and_none_of_their_words() -> None:
    way = Way().take([report(agency, n, 3 * n, people=SUBJECT) for n in range(3) for agency in ("police", "council")])
    (copy,) = way.standing_copies("police")
    feedback(way, "police", copy, "tasked", task={"team": "Wardens"})
    way.drain()
    assert {status for _, status, _ in way.receipts("council")} >= {"alerted", "tasked"}
    feedback(way, "police", copy, "closed", outcome="Warned Quentin Ashdown", at=moment(21))
    way.drain()
    said = [says for _, status, says in way.receipts("council") if status == "outcome"]
    assert said
    assert set(said) == {"Something came of an alert that it is part of (convergence)."}
    assert not any("Quentin" in str(row.reasons) for row in way.rows(Receipt))
    feedback(way, "police", copy, "not-an-issue", reason="It was a film", at=moment(22))
    way.drain()
    assert {status for _, status, _ in way.receipts("council")} & {"tasked", "outcome"} == set()


def test_of_a_task_that_comes_of_what_it_may_not_know_a_sender_hears_nothing() -> None:
    shut = [report("police", n, 3 * n, people=SUBJECT, restricted_to=["police"]) for n in range(3)]
    way = Way().take([*shut, report("council", 9, 6, people=SUBJECT)])
    (copy,) = way.standing_copies("police")
    feedback(way, "police", copy, "closed", outcome="Warned")
    way.drain()
    assert {status for _, status, _ in way.receipts("council")} & {"alerted", "tasked", "outcome"} == set()
