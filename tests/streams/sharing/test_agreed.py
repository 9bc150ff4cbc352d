"""What an agreement lets pass, from the report to the copy: fields, roles, days, pointers, and what an owner opens."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from schemas.agencies import Partnership
from schemas.agreements import ROLES, Agreement
from schemas.tables import Access, Audit
from streams.issues.days import close_days
from streams.matching.places.grid import to_grid, to_wgs84
from streams.sharing.access import Refused, answer, ask, forget_askings
from streams.sharing.again import share_anew
from streams.sharing.seen_by import seen_by
from streams.sharing.snapping import NOWHERE, Snapping, snap_points, snapping
from streams.store import writing
from tests.streams.issues.way import FIRST, SHIPPED, Body, Way, agreed, person, report

SUBJECT = [person("suspect", identifiers={"pnc": "1988/123456A"})]
HOME = {"text": "14 Saltergate, Chesterfield", "uprn": "10001", "easting": 438_300.0, "northing": 371_300.0}
ELSEWHERE = {"text": "3 Vicar Lane, Chesterfield", "uprn": "10002", "easting": 438_420.0, "northing": 371_250.0}
PARTNER = "street-pastors"
NOW = datetime(2024, 4, 1, tzinfo=UTC)


def to_partner(**said: Any) -> Agreement:
    return replace(SHIPPED[0], id="partner", receivers=frozenset({PARTNER}), **said)


def with_partner(**said: Any) -> Partnership:
    return agreed(*SHIPPED, to_partner(**said))


def three(**fields: Any) -> list[Body]:
    return [report("police", n, 3 * n, people=SUBJECT, place=HOME, **fields) for n in range(3)]


def only_copy(way: Way, agency: str = PARTNER) -> Body:
    (copy,) = way.standing_copies(agency).values()
    return copy


def test_a_partner_gets_what_its_agreement_names_and_is_told_that_more_is_left_out() -> None:
    way = Way(partnership=with_partner(fields=frozenset({"person", "area"}), roles=frozenset({"suspect"})))
    way.take(three())
    copy = only_copy(way)
    assert copy["person"]["name"] == "Quentin Ashdown"
    assert (copy["evidence"], copy["agencies"]["names"], copy["place"]) == ([], None, None)
    assert copy["handling"]["left_out"] == "Not told here: who told of it, which reports of others and the exact place."
    assert "police" not in str(copy).lower()
    assert "saltergate" not in str(copy).lower()
    assert only_copy(way, "housing")["agencies"]["names"] == ["police"]
    assert only_copy(way, "housing")["handling"].get("left_out") is None


def test_persons_in_a_role_it_does_not_name_are_not_known_at_all() -> None:
    way = Way(partnership=with_partner(roles=frozenset({"victim"}))).take([{**b, "place": None} for b in three()])
    assert way.standing_copies(PARTNER) == {}
    assert len(way.standing_copies("housing")) == 1


def test_a_category_it_does_not_name_does_not_pass() -> None:
    partnership = with_partner(categories=frozenset({"burglary"}))
    assert Way(partnership=partnership).take(three()).standing_copies(PARTNER) == {}
    assert len(Way(partnership=partnership).take(three(category="burglary")).standing_copies(PARTNER)) > 0


def test_with_none_in_force_nothing_passes() -> None:
    way = Way(partnership=agreed()).take(three())
    assert {agency for agency in way.partnership if way.copies(agency)} == {"police"}


def test_what_was_told_by_an_agreement_that_ends_is_pulled_back() -> None:
    way = Way(partnership=agreed(replace(SHIPPED[0], valid_to=date(2024, 3, 12)))).take(three())
    assert len(way.standing_copies("housing")) > 0
    assert only_copy(way, "housing")["handling"]["keep_until"] == "2024-03-13"
    close(way, 3)  # 7 March
    assert len(way.standing_copies("housing")) > 0
    way.take([report("fire", "x", 10, restricted_to=[])])
    close(way, 10)  # 14 March
    assert way.standing_copies("housing") == {}
    assert len(way.standing_copies("police")) > 0


def close(way: Way, days: float) -> None:
    with writing(way.engine) as connection:
        close_days(connection, FIRST + timedelta(days=days))
    way.drain()


def test_other_agreements_are_followed_from_the_next_start() -> None:
    way = Way(partnership=agreed(*SHIPPED)).take(three())
    for agreements, held in (((), set()), (SHIPPED, {"council", "housing", "fire"})):
        way.partnership = agreed(*agreements)
        with writing(way.engine) as connection:
            assert share_anew(connection, way.partnership)
            assert not share_anew(connection, way.partnership)
        way.drain()
        assert {agency for agency in way.partnership if way.standing_copies(agency)} - {"police"} == held


def test_conditions_that_let_it_be_sanitised_pass_it_with_its_area_alone() -> None:
    grading = {"source": "1", "information": "A", "handling": "C", "action": "A3", "sanitisation": "S1"}
    shut = Way().take(three(grading=grading))
    assert shut.standing_copies("housing") == {}
    way = Way(partnership=agreed(replace(SHIPPED[0], sanitised=True)))
    way.take([report("police", n, n / 50, category="burglary", place=HOME, grading=grading) for n in range(3)])
    for copy in way.standing_copies("housing").values():
        assert (copy["person"], copy["place"], copy["evidence"]) == (None, None, [])
        assert copy["handling"]["code"] == "C"
        assert "saltergate" not in str(copy).lower()


def test_few_sensitive_incidents_are_not_counted() -> None:
    sent = [report("police", n, 3 * n, people=SUBJECT, sensitive=["stalking"]) for n in range(6)]
    few = only_copy(Way().take(sent[:3]), "police")
    assert (few["observed"], few["score_parts"], few["recurrence_days"]) == (0, {}, None)
    assert few["title"] == "Fewer than 5 incidents of anti-social behaviour"
    assert few["why"] == [f"{few['title']} from 4 to 10 March 2024; so few are not counted here."]
    assert only_copy(Way().take(sent), "police")["observed"] == 6


def test_a_pointer_says_that_there_is_something_and_whom_to_ask_and_no_more() -> None:
    partnership = with_partner(fields=frozenset(), roles=frozenset(), pointer=True)
    own = report(PARTNER, "mine", 1, people=SUBJECT)
    way = Way(partnership=partnership).take([*three(), own])
    assert way.standing_copies(PARTNER) == {}
    assert way.receipts(PARTNER) == [
        ("mine", "linked", "Police holds something on a person in it; it may be asked for it.")
    ]
    assert not any(ref in str(way.told_to(PARTNER)) for ref in ("police:0", "police:1", "saltergate"))
    shut = Way(partnership=partnership).take([*three(restricted_to=["fire"]), own])
    assert shut.receipts(PARTNER) == []
    way.take([{**body, "version": 2, "action": "amend", "restricted_to": ["fire"]} for body in three()])
    assert way.receipts(PARTNER) == []


def test_a_pointer_to_an_address_says_that_there_is_something_there_and_comes_and_goes_with_it() -> None:
    partnership = with_partner(fields=frozenset(), roles=frozenset(), pointer=True)
    there = ("mine", "linked", "Police holds something on the address in it; it may be asked for it.")
    own = report(PARTNER, "mine", 1, place=HOME)
    theirs = report("police", "p", 9, place=HOME | {"text": "14, Saltergate, CHESTERFIELD"})
    way = Way(partnership=partnership).take([own, theirs])
    assert way.receipts(PARTNER) == [there]
    assert not any(word in str(way.told_to(PARTNER)).lower() for word in ("police:p", "saltergate"))
    way.take([{**theirs, "version": 2, "action": "amend", "sensitive": ["domestic-abuse"]}])
    assert way.receipts(PARTNER) == []
    way.take([{**theirs, "version": 3, "action": "amend"}])
    assert way.receipts(PARTNER) == [there]
    way.take([{**theirs, "version": 4, "action": "amend", "place": ELSEWHERE}])
    assert way.receipts(PARTNER) == []
    way.take([{**theirs, "version": 5, "action": "amend"}])
    way.take([{**theirs, "version": 6, "action": "retract"}])
    assert way.receipts(PARTNER) == []


HOSPITAL = {"text": "Chesterfield Royal Hospital", "postcode": "S44 5BL"}
STREET = {"text": "Vicar Lane, Chesterfield"}


@pytest.mark.parametrize(
    ("one", "other"),
    [(STREET, STREET), ({"postcode": "S40 1JR"}, {"postcode": "S40 1JR"}), (HOSPITAL, HOSPITAL), (HOME, ELSEWHERE)],
    ids=("a street", "a postcode", "a hospital", "another address"),
)
def test_no_pointer_where_it_is_no_one_address(one: Body, other: Body) -> None:
    partnership = with_partner(fields=frozenset(), roles=frozenset(), pointer=True)
    way = Way(partnership=partnership).take([report("police", "p", 1, place=one), report(PARTNER, "m", 9, place=other)])
    assert way.receipts(PARTNER) == []


def opened(way: Way, *, yes: bool = True, days: int = 400) -> str:
    with writing(way.engine) as connection:
        number = ask(
            connection,
            way.partnership,
            asker=PARTNER,
            owner="police",
            about=f"{PARTNER}:0",
            why="tonight",
            by="a",
            at=NOW,
        )
        until = FIRST + timedelta(days=days)
        refs = ["police:0", "police:1"] if yes else []
        answer(connection, number, owner="police", yes=yes, reason="r", by="b", at=NOW, opens=refs, until=until)
    way.drain()
    return number


def asked_for() -> Way:
    return Way().take([*three(), report(PARTNER, "0", 1, people=SUBJECT, place=HOME)])


def test_a_yes_opens_exactly_what_it_names_and_a_no_nothing() -> None:
    way = asked_for()
    opened(way, yes=False)
    assert way.standing_copies(PARTNER) == {}
    opened(way)
    told = {ref for copy in way.standing_copies(PARTNER).values() for ref in copy["evidence"]}
    assert told == {"police:0", "police:1", f"{PARTNER}:0"}
    acts = [(row.act, row.actor) for row in way.rows(Audit) if row.subject.startswith("access:")]
    assert acts == [("consultation", "a"), ("consultation", "b"), ("consultation", "a"), ("disclosure", "b")]


def test_what_was_asked_about_an_erased_report_is_forgotten() -> None:
    way = asked_for()
    opened(way)
    with writing(way.engine) as connection:
        forget_askings(connection, ["police:2"])
        assert len(connection.execute(select(Access.id)).all()) == 1
        forget_askings(connection, ["police:1"])
        assert connection.execute(select(Access.id)).all() == []


def test_what_was_opened_for_some_days_is_shut_after_them() -> None:
    way = asked_for()
    opened(way, days=5)
    assert len(way.standing_copies(PARTNER)) > 0
    way.take([report("fire", "x", 12, restricted_to=[])])
    close(way, 12)
    assert way.standing_copies(PARTNER) == {}


def test_nothing_can_be_probed_for_by_asking() -> None:
    way = asked_for()
    with writing(way.engine) as connection:
        for about in ("police:0", "police:no-such", "no-such-alert"):
            with pytest.raises(Refused, match=f"^{about} is no report of {PARTNER}'s own and no alert it has$"):
                ask(connection, way.partnership, asker=PARTNER, owner="police", about=about, why="w", by="a", at=NOW)
        number = asking(way, connection)
        said: dict[str, Any] = {"owner": "police", "yes": True, "reason": "r", "by": "b", "at": NOW, "until": NOW}
        with pytest.raises(Refused, match="has no such report"):
            answer(connection, number, opens=["fire:1"], **said)
    assert [row.answer for row in way.rows(Access)] == [None]


def asking(way: Way, connection: Any) -> str:
    who: dict[str, Any] = {"asker": PARTNER, "owner": "police", "about": f"{PARTNER}:0"}
    return ask(connection, way.partnership, why="tonight", by="a", at=NOW, **who)


def test_who_had_seen_a_report_is_known_after_it_was_pulled_back() -> None:
    way = Way().take(three())
    with writing(way.engine) as connection:
        before = seen_by(connection, "police:0")
    statutory = ("police", "council", "housing", "fire")
    assert {(line["to"], line["held"]) for line in before} == {(agency, True) for agency in statutory}
    assert all(line["agreements"] == ([] if line["to"] == "police" else ["partnership"]) for line in before)
    way.take([{**three()[0], "version": 2, "action": "amend", "restricted_to": ["fire"]}])
    with writing(way.engine) as connection:
        after = {(line["to"], line["held"]) for line in seen_by(connection, "police:0")}
        assert seen_by(connection, "police:00") == []
        (matter, *_) = [alert["id"] for alert in way.alerts()]
        assert {line["to"] for line in seen_by(connection, matter)} >= {"police", "fire"}
    assert {("council", False), ("housing", False), ("fire", True)} <= after


def test_a_blurred_place_is_the_nearest_that_stands_for_enough_addresses() -> None:
    streets = (("small", 438_290.0, 3), ("large", 438_400.0, 12), ("far", 440_000.0, 9))
    addresses = [(street, east + n, 371_300.0) for street, east, count in streets for n in range(count)]
    snap = Snapping(snap_points(addresses))
    lat, lon = to_wgs84(438_300.0, 371_300.0)
    shown = snap(lat, lon)
    assert to_grid(shown["lat"], shown["lon"]) == pytest.approx((438_405.5, 371_300.0), abs=1)
    assert shown["radius_m"] is None
    assert snap(*to_wgs84(470_000.0, 371_300.0)) == NOWHERE  # nothing within 20 km
    assert Snapping(snap_points(addresses[:3]))(lat, lon) == NOWHERE  # too few everywhere


def test_without_an_address_list_a_blurred_place_is_its_areas_name() -> None:
    way = Way(partnership=with_partner(fields=frozenset({"person", "area"}), roles=ROLES)).take(three())
    area = only_copy(way)["area"]
    assert area["name"]
    assert (area["lat"], area["lon"], area["radius_m"]) == (None, None, None)
    with writing(way.engine) as connection:
        assert snapping(connection)(53.2, -1.4) == NOWHERE
