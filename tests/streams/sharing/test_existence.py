"""Who may not know of a report sees the same with it and without it: copies, receipts, ids, counts and times."""

from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.tables import Audit
from tests.streams.issues.feeds import feed, town
from tests.streams.issues.scenarios import MARKINGS, bodies
from tests.streams.issues.test_invariant import end
from tests.streams.issues.test_scans import EVERYWHERE, close_by
from tests.streams.issues.way import PARTNERSHIP, Body, Way, close_all, person, report
from tests.streams.sharing.crowded import as_in_a_large_store
from tests.streams.sharing.existing import PARTNERSHIPS, seen_by, standing

SUBJECT = [person("suspect", identifiers={"pnc": "1988/123456A"})]
SHUT: dict[str, Body] = {
    "restricted": {"restricted_to": ["police"]},
    "empty audience": {"restricted_to": []},
    "conditions": {
        "grading": {"source": "1", "information": "A", "handling": "C", "action": "A1", "sanitisation": "S2"}
    },
    "sensitive": {"sensitive": ["domestic-abuse"]},
    "official-sensitive": {"classification": "OFFICIAL-SENSITIVE"},
}


def bytes_to(agency: str, way: Way) -> list[tuple[str, bytes | None, bytes | None, Any]]:
    """Every message to an agency, in order."""
    return [(m.topic, m.key, m.value, m.headers) for m in way.told if f".{agency}." in m.topic]


@pytest.mark.parametrize("shut", SHUT.values(), ids=SHUT)
@pytest.mark.parametrize("hidden", range(4))
def test_a_hidden_report_changes_no_byte(shut: Body, hidden: int) -> None:
    sent = [report("police", n, 3 * n, people=SUBJECT) for n in range(4)]
    sent[hidden] |= {"agency": "fire", "id": "h", **shut}
    with_it = Way().take(sent, batch=1)
    without = Way().take([body for body in sent if body["agency"] != "fire"], batch=1)
    assert bytes_to("housing", with_it) == bytes_to("housing", without)
    assert len(with_it.standing_copies("fire")) == 1


def test_where_the_visible_make_no_issue_there_is_no_copy() -> None:
    sent = [report("police", n, 3 * n, people=SUBJECT) for n in range(3)]
    sent[1] |= {"restricted_to": ["fire"]}
    way = Way().take(sent)
    assert way.kinds() == ["repeat-person"]
    assert {agency for agency in PARTNERSHIP if way.copies(agency)} == {"police", "fire"}


def test_a_hidden_bridge_joins_nothing_for_those_who_may_not_know_it() -> None:
    first = [person("suspect", "Quentin Ashdown", "1988-07-21", phones=["07700900123"])]
    bridge = [
        person(
            "suspect",
            "Quentin Ashdown",
            "1988-07-21",
            phones=["07700900123"],
            emails=["qa@example.org"],
            identifiers={"pnc": "1988/123456A"},
        )
    ]
    second = [person("suspect", "Q Ashdown", "1988", emails=["qa@example.org"], identifiers={"pnc": "1988/123456A"})]
    sent = [report("police", n, 3 * n, people=first) for n in range(2)]
    sent.append(report("police", "bridge", 7, people=bridge, restricted_to=["fire"]))
    sent += [report("council", n, 9 + 3 * n, people=second) for n in range(2)]
    with_it = Way().take(sent)
    without = Way().take([body for body in sent if body["id"] != "bridge"])
    assert standing("housing", with_it) == standing("housing", without)


def test_a_report_tightened_later_is_pulled_back_from_whom_it_reached() -> None:
    sent = [report("police", n, 3 * n, people=SUBJECT) for n in range(3)]
    way = Way().take(sent)
    (alert,) = way.alerts()
    assert set(way.copies("housing")) == {alert["id"]}
    way.take([{**sent[0], "version": 2, "action": "amend", "restricted_to": ["fire"]}])
    assert way.copies("housing") == {alert["id"]: None}
    assert way.copies("fire")[alert["id"]] is not None
    assert way.receipts("police") != []


def test_the_copy_says_what_the_reader_may_know_and_no_more() -> None:
    sent = [report("police", n, 3 * n, people=SUBJECT) for n in range(4)]
    sent.append(report("fire", "x", 5, people=SUBJECT, classification="OFFICIAL-SENSITIVE"))
    way = Way().take(sent)
    (whole,) = way.alerts()
    (cut,) = way.standing_copies("housing").values()
    assert (whole["kind"], whole["observed"], whole["agencies"]["names"]) == ("convergence", 5, ["fire", "police"])
    assert (cut["kind"], cut["observed"], cut["agencies"]["names"]) == ("repeat-person", 4, ["police"])
    assert cut["handling"]["classification"] == "OFFICIAL"
    assert whole["handling"]["classification"] == "OFFICIAL-SENSITIVE"
    assert all("fire" not in line.lower() for line in cut["why"])
    (police,) = way.standing_copies("police").values()
    assert police["evidence"] == whole["evidence"]


def test_where_it_is_sensitive_no_place_leaves() -> None:
    victim = [person("victim", identifiers={"pnc": "1988/123456A"})]
    home = {"text": "14 Saltergate, Chesterfield", "easting": 438_300.0, "northing": 371_300.0}
    sent = [
        report(
            "police",
            n,
            3 * n,
            category="violent-crime",
            detail="domestic-abuse",
            sensitive=["domestic-abuse"],
            people=victim,
            place=home,
        )
        for n in range(4)
    ]
    way = Way().take(sent)
    assert {agency for agency in PARTNERSHIP if way.copies(agency)} == {"police"}
    for copy in way.standing_copies("police").values():
        assert copy["place"] is None
        assert copy["area"] is None or copy["area"]["lat"] is None
        assert "saltergate" not in str(copy).lower()
    assert way.receipts("police") == []  # nothing is told by itself of what is sensitive


def test_a_partner_without_a_basis_knows_what_its_own_reports_say() -> None:
    own = [report("street-pastors", n, 3 * n, people=SUBJECT) for n in range(3)]
    others = [report("police", n, 3 * n + 1, people=SUBJECT) for n in range(3)]
    way = Way().take(others)
    assert way.copies("street-pastors") == {}
    way.take(own[:2])
    assert way.copies("street-pastors") == {}
    way.take(own[2:])
    (copy,) = way.standing_copies("street-pastors").values()
    assert copy["evidence"] == [f"street-pastors:{n}" for n in range(3)]
    assert (copy["observed"], copy["agencies"]) == (3, {"count": 1, "names": ["street-pastors"]})


def test_every_copy_given_is_in_the_log() -> None:
    way = Way().take([report("police", n, 3 * n, people=SUBJECT) for n in range(3)])
    rows = way.rows(Audit, where=lambda audit: audit.act == "disclosure")
    assert {row.detail["to"] for row in rows} == {"police", "council", "housing", "fire"}
    assert all(row.detail["reports"] == ["police:0", "police:1", "police:2"] for row in rows)


NEWS = "a small yellow capsule was found and a girl felt drugged after a drink"


def capsule(agency: str, number: int, **fields: Any) -> Body:
    spot = {"text": f"{number} Beech Road", "easting": 430_000.0 + 1_300 * number, "northing": 380_000.0}
    return report(agency, f"t{number}", 1 + number % 6, told=0.02, place=spot, summary=NEWS, category="drugs", **fields)


def aggregated(way: Way, agency: str) -> list[Body]:
    return [copy for copy in way.standing_copies(agency).values() if copy["kind"] in OF_ALL]


OF_ALL = ("theme", "data-notice", "cluster", "spike", "risk-rising")
TELLERS = ("police", "council", "police", "housing", "council")


@pytest.mark.parametrize("shut", SHUT.values(), ids=SHUT)
def test_a_theme_tells_nothing_of_a_hidden_report_with_its_words(shut: Body) -> None:
    told = [capsule(agency, n) for n, agency in enumerate(TELLERS)]
    hidden = [capsule("fire", n, **shut) for n in (20, 21, 22)]
    with_it, without = (town(7).take(sent).close(7) for sent in ([*told, *hidden], told))
    assert [copy["kind"] for copy in aggregated(without, "housing")] == ["theme"]
    assert standing("housing", with_it) == standing("housing", without)


@pytest.mark.parametrize("shut", SHUT.values(), ids=SHUT)
def test_hidden_reports_alone_make_no_theme_for_anybody(shut: Body) -> None:
    way = town(7).take([capsule(agency, n, **shut) for n, agency in enumerate(TELLERS)]).close(7)
    assert all(aggregated(way, agency) == [] for agency in PARTNERSHIP)
    assert all(alert["kind"] != "theme" for alert in way.alerts())


@pytest.mark.parametrize("shut", SHUT.values(), ids=SHUT)
def test_a_silence_is_told_alike_whatever_hidden_reports_came_in_it(shut: Body) -> None:
    others = [
        body
        for n, agency in enumerate(("police", "council"))
        for body in feed(agency, range(1, 7), start=n * 500 + 900)
    ]
    hidden = feed("housing", range(1, 7), 2, start=9000, **shut)
    with_it, without = (town(0).take(sent).close(6) for sent in ([*others, *hidden], others))
    assert [copy["title"] for copy in aggregated(without, "council")] == ["Housing silent for 6 days"]
    assert aggregated(with_it, "council") == aggregated(without, "council")


@pytest.mark.parametrize("shut", [SHUT["restricted"], SHUT["sensitive"]], ids=("restricted", "sensitive"))
def test_a_cluster_is_told_by_what_one_may_know_of_it(shut: Body) -> None:
    told = [close_by(n, 3 + n / 3) for n in range(9)]
    hidden = [{**close_by(n, 3 + n / 3), **shut, "agency": "fire", "id": f"h{n}"} for n in (7, 8)]
    hidden += [{**body, **shut, "agency": "fire", "id": f"own{body['id']}"} for body in (close_by(9, 6),)]
    with_it, without = (town(7).take([*EVERYWHERE, *sent]).close(7) for sent in ([*told, *hidden], told))
    assert [copy["kind"] for copy in aggregated(without, "housing")] == ["cluster"]
    assert standing("housing", with_it) == standing("housing", without)
    only = town(7).take([*EVERYWHERE, *told[:3], *({**body, **shut} for body in told[3:])]).close(7)
    assert [alert["kind"] for alert in only.alerts() if alert["kind"] in OF_ALL] == ["cluster"]
    assert aggregated(only, "housing") == []


HERE = {"text": "14 Saltergate", "uprn": "10001", "easting": 438_300.0, "northing": 371_300.0}


@pytest.mark.parametrize(
    ("signed", "reader", "early"),
    [
        ("one from 20 March on", "police", report("street-pastors", "early", -30)),
        ("another for burglaries", "street-pastors", report("council", "early", -40)),
        ("another for burglaries", "street-pastors", report("council", "early", -10, category="vehicle-crime")),
    ],
)
def test_when_an_agency_began_is_told_by_no_report_that_its_reader_may_not_know(
    signed: str, reader: str, early: Body
) -> None:
    partnership, world = PARTNERSHIPS[signed]
    sent = [early, *(report(early["agency"], n, 25 + n, place=HERE, category="burglary") for n in range(4))]
    seen = seen_by(reader, sent, world)
    assert len(seen) == 4
    with_it, without = (standing(reader, Way(partnership=partnership).take(some).close(45)) for some in (sent, seen))
    assert [copy["expected"] is None for copy in without["copies"].values()] == [False]
    assert with_it == without


@pytest.mark.parametrize("seed", range(4))
def test_in_any_order_who_is_told_a_part_is_told_the_same_of_a_place(seed: int) -> None:
    """What it is judged by, since when others have reported as this one may know it, comes first, last or between."""
    partnership, _ = PARTNERSHIPS["another for burglaries"]
    at_it = [report("council", n, 25 + n, place=HERE, category="burglary") for n in range(4)]
    begun = [report("council", f"b{n}", day, category="burglary") for n, day in enumerate((-60, -25, 18))]
    sent = [*begun, *at_it, report("council", "early", -90), report("street-pastors", "own", -70)]
    order = Random(seed)
    ways = [
        Way(partnership=partnership).take(order.sample(some, len(some)), batch=1 + seed % 3)
        for some in (sent, sent, [*sent, *begun])
    ]
    ways.append(Way(partnership=partnership).take([*sent[1:3], *sent[3:]]).close(45).take(sent[:1]))
    told = [end(way.close(45))["copies"]["street-pastors"] for way in ways]
    assert "repeat-place" in str(told[0])
    assert all(one == told[0] for one in told)
    close_all()


def test_a_place_is_judged_anew_for_the_one_who_learns_that_another_has_reported_for_longer() -> None:
    """Far enough apart to be no run: nothing but the place hangs on it, and to those who are told all nothing moved."""
    partnership, _ = PARTNERSHIPS["another for burglaries"]
    at_it = [report("council", day, day, place=HERE, category="burglary") for day in (10, 25, 36, 51)]
    sent = [report("council", "early", -200), report("council", "b", -20, category="burglary"), *at_it]
    late = report("council", "before", -150, category="burglary")
    other, whole = Way(partnership=partnership).take(sent).close(60), Way(partnership=partnership).take([late, *sent])
    before = end(other)["copies"]["street-pastors"]
    after = end(other.take([late]).close(60))["copies"]["street-pastors"]
    assert "repeat-place" in str(before)
    assert before != after == end(whole.close(60))["copies"]["street-pastors"]


def test_what_is_said_of_all_reporting_is_for_those_who_may_see_it() -> None:
    way = town(0).take(feed("police", range(1, 7), start=900)).close(6)
    assert {copy["kind"] for copy in aggregated(way, "council")} == {"data-notice"}
    assert way.standing_copies("street-pastors") == {}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(bodies(markings=MARKINGS), st.sampled_from(sorted(PARTNERSHIPS)), st.sampled_from(sorted(PARTNERSHIP)))
def test_everyone_sees_what_they_would_see_if_the_rest_had_never_been(
    sent: list[Body], signed: str, agency: str
) -> None:
    _same_without_the_rest(sent, signed, agency)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(bodies(markings=MARKINGS), st.sampled_from(sorted(PARTNERSHIPS)), st.sampled_from(sorted(PARTNERSHIP)))
def test_also_where_reports_crowd_each_other(sent: list[Body], signed: str, agency: str) -> None:
    with as_in_a_large_store():
        _same_without_the_rest(sent, signed, agency)


def _same_without_the_rest(sent: list[Body], signed: str, agency: str) -> None:
    partnership, world = PARTNERSHIPS[signed]
    whole = Way(partnership=partnership).take(sent).close(45)
    alone = Way(partnership=partnership).take(seen_by(agency, sent, world)).close(45)
    assert standing(agency, whole) == standing(agency, alone)
    close_all()
