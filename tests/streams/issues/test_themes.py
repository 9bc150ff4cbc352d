"""A term that rises across agencies is a theme; a form's words, one agency's habit, a name, an address is none."""

import json

import pytest

from schemas.alert import Alert
from streams.issues.terms import names_in, stem, terms_of
from tests.streams.issues.feeds import everyday, feed, town
from tests.streams.issues.way import Body, Way, person, report

NEWS = "a small yellow capsule called nothing was found and a girl felt drugged after a drink"


def themes(way: Way) -> list[Body]:
    return [alert for alert in way.alerts() if alert["kind"] == "theme"]


def told(agency: str, number: int, day: float, summary: str = NEWS, **fields: object) -> Body:
    spot = {"text": f"{number} Beech Road", "easting": 430_000.0 + 1_300 * number, "northing": 380_000.0}
    return report(agency, f"t{number}", day, told=0.02, place=spot, summary=summary, **{"category": "drugs", **fields})


def some(agencies: str = "police council police housing council", **fields: object) -> list[Body]:
    return [told(agency, n, 2 + n, **fields) for n, agency in enumerate(agencies.split())]


def test_a_term_that_rises_across_agencies_is_a_theme() -> None:
    way = town(7).take([*some()]).close(7)
    (theme,) = themes(way)
    assert theme["title"].startswith("“yellow capsule” in 5 incidents told by 3 agencies")
    assert (theme["observed"], theme["evidence"]) == (5, sorted(f"{b['agency']}:{b['id']}" for b in some()))
    assert theme["expected"] < 1
    assert theme["recurrence_days"] > 90
    Alert.model_validate(theme)


def test_it_goes_on_as_one_alert_and_is_over_when_nobody_says_it_any_more() -> None:
    more = [told("police", 10 + n, 8 + n) for n in range(4)]
    way = Way().take([*everyday(30, weeks=15), *some(), *more]).close(30)
    assert [theme["state"] for theme in themes(way)] == ["closed"]


def test_one_agency_alone_makes_none() -> None:
    way = town(7).take([*some("police police police police police police")]).close(7)
    assert themes(way) == []


def test_one_incident_told_by_three_is_one() -> None:
    at = {"text": "3 Beech Road", "uprn": "77", "easting": 430_000.0, "northing": 380_000.0}
    same = [
        report(agency, "same", 5, told=0.02, summary=NEWS, place=at, category="drugs")
        for agency in ("police", "council", "housing")
    ]
    way = town(7).take(same).close(7)
    assert themes(way) == []


def test_a_publishers_new_form_makes_none() -> None:
    words = "logged under the revised template and triaged remotely"
    late = [feed(agency, range(1, 8), start=4000, summary=words) for agency in ("housing",)]
    before = [body for body in everyday(7) if not (body["agency"] == "housing" and body["reported_at"] > "2024-03-05")]
    way = Way().take([*before, *(body for one in late for body in one)]).close(7)
    assert themes(way) == []


def test_the_rise_of_a_kind_is_no_theme() -> None:
    words = "two shop windows were smashed with a hammer"
    before = [told(agency, 100 + n, -50 + 2 * n, words) for n, agency in enumerate(["police", "council"] * 10)]
    now = [told(agency, 200 + n, 2 + n / 2, words) for n, agency in enumerate(["police", "council"] * 5)]
    many = [told(agency, 300 + n, -49 + 2 * n, "a door was forced") for n, agency in enumerate(["police"] * 4)]
    way = town(7).take([*before, *many, *now]).close(7)
    assert themes(way) == []


@pytest.mark.parametrize(
    ("summary", "fields"),
    [
        ("wardens met Tregaskis by the canal", {}),
        ("wardens met tregaskis by the canal", {"people": [person("suspect", "Morwenna Tregaskis", "1995-02-11")]}),
        ("wardens met mr tregaskis by the canal", {}),
        ("somebody called tregaskis was by the canal", {}),
        ("WARDENS MET TREGASKIS BY THE CANAL", {}),
        ("a smith was by the canal", {}),
    ],
    ids=["capital", "named in people", "title", "called", "all capitals", "common name"],
)
def test_no_name_is_a_term(summary: str, fields: Body) -> None:
    terms = {word for term in terms_of({"summary": summary, **fields}) for word in term.split()}
    assert not terms & {"tregaskis", "smith"}


def test_no_address_or_number_is_a_term() -> None:
    body = {
        "summary": "shouting at 14 saltergate s40 1uh again, ring 07700900123 or x@example.org; near the gasworks",
        "place": {"text": "14 Saltergate, Chesterfield"},
    }
    assert set(terms_of(body)) == {"shouting", "ring", "gasworks"}


def test_a_name_given_in_any_report_makes_no_theme_in_another() -> None:
    known = [told("fire", 50, -5, "usual", people=[person("witness", "Zebedee Capsule", "1970-01-05")])]
    way = town(7).take([*known, *some()]).close(7)
    assert all("capsule" not in theme["title"] for theme in themes(way))
    assert names_in(known[0]) == {"zebedee", "capsule"}


def test_what_is_sensitive_or_restricted_makes_none() -> None:
    for marking in ({"sensitive": ["sexual"]}, {"restricted_to": ["police", "council", "housing"]}):
        way = town(7).take([*some(**marking)]).close(7)
        assert themes(way) == []
        assert "capsule" not in json.dumps([message.value.decode() for message in way.told if message.value])


def test_words_of_one_root_are_one() -> None:
    assert stem("spiked drinks") == stem("spiking drink") == stem("spikes drinks")
