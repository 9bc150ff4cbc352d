from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.kinds import CATEGORIES
from schemas.report import Report, read_report, read_report_json
from schemas.sentences import reasons_of
from schemas.values import Born, read_moment
from tests.streams.intake.making import CANARY, grading, person, raw, report


def why(**changes: Any) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        read_report(report(**changes))
    assert CANARY not in str(refused.value)
    return reasons_of(refused.value)


def test_a_report_is_read_as_it_was_sent():
    read = read_report(
        report(
            version=3,
            action="amend",
            detail="street-drinking",
            asb_type="nuisance",
            grading=grading(handling="C", action="A1", sanitisation="S2", conditions="Ask first"),
            classification="OFFICIAL-SENSITIVE",
            restricted_to=["council", "health"],
            sensitive=["child", "health"],
            people=[
                person(
                    aliases=["Zeb"],
                    born="1990-04",
                    sex="X",
                    phones=["07700 900123"],
                    emails=["z@example.org"],
                    identifiers={"pnc": "2000/0000001A"},
                    address={"postcode": "S40 1PT"},
                )
            ],
            place={"lat": 53, "lon": -1.4, "accuracy_m": 20},
            vehicles=[{"vrm": "AB12 CDE"}],
            related=["council:7"],
            extension={"theirs": [1, None, {"a": True}]},
        )
    )
    assert read.ref == "police:P-1"
    assert read.people[0].birth == Born(date(1990, 4, 1), date(1990, 4, 30))
    assert read.place is not None
    assert read.place.lat == 53.0
    assert read.extension == {"theirs": [1, None, {"a": True}]}
    assert read.occurred.from_ == datetime(2024, 5, 1, 19, tzinfo=UTC)


def test_bytes_and_object_read_alike():
    body = report(people=[person(address={"lat": 53, "lon": -1})], place=None, version=2)
    assert read_report_json(raw(body)) == read_report(body)


def test_what_is_absent_has_the_contracts_default_and_never_another():
    read = read_report(report())
    assert (read.version, read.action, read.classification) == (1, "report", "OFFICIAL")
    assert (read.grading, read.restricted_to, read.people, read.extension) == (None, None, (), None)


def test_null_says_what_absence_says():
    nulls = {"detail": None, "people": None, "place": {"lat": None}, "restricted_to": None, "vehicles": None}
    assert read_report(report(**nulls)) == read_report(report(place={}))
    assert read_report(report(people=[person(aliases=None, address=None)])) == read_report(report(people=[person()]))


@pytest.mark.parametrize("field", ["version", "action", "classification"])
def test_null_is_refused_where_absence_means_something(field):
    assert why(**{field: None})


def test_a_report_shows_nothing_of_itself_in_a_log():
    read = read_report(report(people=[person()]))
    assert CANARY not in repr(read) + str(read) + f"{read.people}"


def test_a_report_cannot_be_changed():
    with pytest.raises(ValidationError):
        read_report(report()).id = "other"


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_of_the_vocabulary_is_taken(category):
    assert read_report(report(category=category)).category == category


@pytest.mark.parametrize("field", ["id", "agency", "reported_at", "occurred", "category"])
def test_what_is_required_is_missed(field):
    assert why(**{field: ...}) == [f"{field} is missing"]
    assert why(**{field: None}) == [f"{field} is missing"]


def test_the_order_of_occurred():
    at = "2024-05-01T20:00:00Z"
    assert read_report(report(occurred={"from": at, "to": at}))
    assert why(occurred={"from": at, "to": "2024-05-01T20:59:59+01:00"}) == ["occurred.to is before occurred.from"]


def test_occurred_may_run_five_minutes_ahead_of_the_report():
    reported = datetime(2024, 5, 1, 20, tzinfo=UTC)

    def body(ahead: timedelta) -> dict[str, Any]:
        at = (reported + ahead).isoformat()
        return {"reported_at": reported.isoformat(), "occurred": {"from": at, "to": at}}

    assert read_report(report(**body(timedelta(minutes=5))))
    assert why(**body(timedelta(minutes=5, microseconds=1))) == [
        "occurred.from is more than five minutes after reported_at"
    ]


def test_nobody_is_born_after_the_report():
    late = "2024-05-01T00:30:00+01:00"
    occurred = {"from": late, "to": late}
    for born in ("2024", "2024-05", "2024-05-01"):
        assert read_report(report(reported_at=late, occurred=occurred, people=[person(born=born)]))
    for born in ("2025", "2024-06", "2024-05-02"):
        assert why(reported_at=late, occurred=occurred, people=[person(), person(born=born)]) == [
            "people[1].born is after reported_at"
        ]


def test_several_reasons_are_given_at_once():
    assert why(version=0, people=[{"name": CANARY}], place={"lat": 1.0}, colour="red") == [
        "version must be at least 1",
        "people[0].role is missing",
        "place has lat without lon",
        "colour is not a known field; the nearest is occurred",
    ]


@pytest.mark.parametrize(
    ("where", "field", "nearest"),
    [
        ({}, "reportedAt", "reported_at"),
        ({}, "sumary", "summary"),
        ({}, "Id", "id"),
        ({"people": [person(surname_given="x")]}, None, None),
        ({"people": [person(dateborn="x")]}, "people[0].dateborn", "born"),
        ({"people": [person(address={"post_code": "x"})]}, "people[0].address.post_code", "postcode"),
        ({"place": {"long": 1}}, "place.long", "lon"),
        ({"vehicles": [{"VRM": "x"}]}, "vehicles[0].VRM", "vrm"),
        ({"grading": grading(sanitization="S1")}, "grading.sanitization", "sanitisation"),
        (
            {"occurred": {"from": "2024-05-01T20:00:00Z", "to": "2024-05-01T20:00:00Z", "frm": 1}},
            "occurred.frm",
            "from",
        ),
        ({"occurred": {"from_": "2024-05-01T20:00:00Z", "to": "2024-05-01T20:00:00Z"}}, "occurred.from_", "from"),
    ],
)
def test_an_unknown_field_is_refused_with_the_nearest_known_one(where, field, nearest):
    reasons = why(**(where or {field: "x"}))
    if field is not None:
        assert f"{field} is not a known field; the nearest is {nearest}" in reasons


def test_reasons_come_to_an_end():
    reasons = why(**{f"x{number}": 1 for number in range(500)})
    assert len(reasons) == 21
    assert reasons[-1] == "and 480 more"


def test_a_field_with_an_odd_name_is_shown_harmlessly():
    reasons = why(**{"\x1b[31m<script>\u202e" + "x" * 1000: 1})
    assert len(reasons[0]) < 200
    assert reasons[0].isascii()
    assert "\x1b" not in reasons[0]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"conditions": "ask"}, "grading has conditions or codes under handling P, which permits none"),
        ({"action": "A1"}, "grading has conditions or codes under handling P, which permits none"),
        ({"handling": "C"}, "grading has handling C without both codes, action and sanitisation"),
        ({"handling": "C", "action": "A1"}, "grading has handling C without both codes, action and sanitisation"),
        ({"source": 1}, 'grading.source must be "1", "2" or "3"'),
        ({"source": "B"}, 'grading.source must be "1", "2" or "3"'),
        ({"information": "F"}, 'grading.information must be "A", "B", "C", "D" or "E"'),
    ],
)
def test_a_grading_is_whole_or_absent(changes, reason):
    assert why(grading=grading(**changes)) == [reason]


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-01T20:00Z",
        "2024-05-01T20:00:00Z",
        "2024-05-01T21:00:00+01:00",
        "2024-05-01T21:00:00+0100",
        "2024-05-01T21:00:00+01",
        "2024-05-01T20:00:00.000Z",
        "2024-05-01T20:00:00,000000Z",
        "2024-05-01T20:00:00.0000000Z",  # .NET writes seven digits
        "20240501T200000Z",
        "2024-05-02T05:45:00+09:45",
    ],
)
def test_forms_of_a_time(text):
    assert read_moment(text) == datetime(2024, 5, 1, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "2024-05-01",
        "2024-05-01T20:00:00",
        "2024-05-01 20:00:00Z",
        "2024-05-01T24:00:00Z",
        "2024-05-01T23:59:60Z",
        "2024-13-01T00:00:00Z",
        "2024-02-30T00:00:00Z",
        "2024-05-01T20:00:00+25:00",
        "2024-05-01T20:00:00Europe/London",
        "01/05/2024 20:00",
        "1714593600",
        "٢٠٢٤-05-01T20:00:00Z",
        "2024-05-01T20:00:00Z\n",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        1714593600,
        1714593600.5,
        True,
        None,
        ["2024-05-01T20:00:00Z"],
        datetime(2024, 5, 1, 20),  # noqa: DTZ001
    ],
)
def test_what_is_no_time(value):
    with pytest.raises(ValueError, match=r".+"):
        read_moment(value)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1990", date(1990, 1, 1), date(1990, 12, 31)),
        ("1990-02", date(1990, 2, 1), date(1990, 2, 28)),
        ("1992-02", date(1992, 2, 1), date(1992, 2, 29)),
        ("1990-04-12", date(1990, 4, 12), date(1990, 4, 12)),
    ],
)
def test_dates_of_birth(text, first, last):
    assert Born.read(text) == Born(first, last)
    assert Born.read(text).whole == (first == last)


@pytest.mark.parametrize(
    "text",
    ["", "90", "1990-4", "1990-13", "1990-00", "1990-04-00", "1990-02-30", "12/04/1990", "1990-04-12T00:00Z", "0000"],
)
def test_what_is_no_date_of_birth(text):
    assert why(people=[person(born=text)]) == [
        "people[0].born is not a date of birth: write 1990, 1990-04 or 1990-04-12"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "'; drop table report; --",
        '=cmd|" /C calc"!A0',
        "\u202e\u0007\u001b[31m",
        "{{7*7}} ${jndi:ldap://x}",
        "🚨 café naïve \ufeff\ufffe",
        "␀",
        "x" * 20_000,
        " \n\t ",
        "",
    ],
)
def test_text_is_only_text(text):
    assert read_report_json(raw(report(summary=text))).summary == text


def test_limits_hold_where_they_stand():
    assert read_report(report(people=[person()] * 100, vehicles=[{}] * 50, id="x" * 128))
    assert why(people=[person()] * 101) == ["people has more than 100 entries"]
    assert why(vehicles=[{}] * 51) == ["vehicles has more than 50 entries"]
    assert why(id="x" * 129) == ["id is longer than 128 characters"]
    assert why(summary="x" * 20_001) == ["summary is longer than 20,000 characters"]


@pytest.mark.parametrize("id", ["P-1", " ", "a:b", "räksmörgås", "✓", "../../etc/passwd", "a b", "x" * 128])
def test_an_id_is_the_agencys_own(id):
    assert Report.model_validate(report(id=id)).ref == f"police:{id}"
