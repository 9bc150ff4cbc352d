"""The account of an incident: all that was told, who bears it out, and each report's own grading."""

from datetime import timedelta

from streams.dedupe.account import account, corroborating
from tests.streams.dedupe.tellings import EVENING, LION, t

SURE = {"source": "1", "information": "A", "handling": "P"}
DOUBTED = {"source": "3", "information": "E", "handling": "C", "action": "A1", "sanitisation": "S2"}


def iso(minutes: int) -> str:
    return (EVENING + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def test_the_earliest_and_latest_and_every_kind_are_kept() -> None:
    tellings = (
        t("police", 10, 5, place=LION, detail="rowdy-behaviour"),
        t("health", -60, 240, "violent-crime"),
        t("fire", 30, 400),
    )
    told = account("incident", tellings)["account"]
    assert told["told"] == {"from": iso(-60), "to": iso(430)}
    assert told["kinds"] == [
        {"category": "anti-social-behaviour", "detail": "rowdy-behaviour"},
        {"category": "anti-social-behaviour", "detail": None},
        {"category": "violent-crime", "detail": None},
    ]
    assert told == account("incident", tellings[::-1])["account"]


def test_each_report_keeps_the_grading_it_came_with() -> None:
    sure, doubted, ungraded = t("police", grading=SURE), t("housing", grading=DOUBTED), t("fire")
    told = account("incident", (sure, doubted, ungraded))["account"]
    assert told["gradings"] == {sure.ref: SURE, doubted.ref: DOUBTED}, "ungraded stays ungraded"


def test_corroboration_is_counted_by_agency() -> None:
    first, again, other = t("police"), t("police", 5), t("housing", 5)
    assert corroborating((first, again)) == []
    assert corroborating((first, again, other)) == ["housing"]


def test_who_only_passes_on_anothers_report_does_not_bear_it_out() -> None:
    first = t("police")
    passed_on, of_its_own = t("housing", 5, related=[first.ref]), t("fire", 9, related=["fire:unknown"])
    assert corroborating((first, passed_on, of_its_own)) == ["fire"]
