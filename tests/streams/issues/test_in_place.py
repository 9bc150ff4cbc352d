"""One alert an issue: what an agency was told of stays one, by one name, whatever comes late, merges or splits."""

from collections.abc import Iterable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.identity import identity
from schemas.tables import Said
from streams.clusters.decisions import set_apart
from streams.store import writing
from tests.streams.issues.scenarios import MARKINGS, bodies
from tests.streams.issues.test_invariant import end
from tests.streams.issues.test_stage import feedback
from tests.streams.issues.way import FIRST, PARTNERSHIP, Body, Way, person, report

FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SUBJECT = [person("suspect", identifiers={"pnc": "1988/123456A"})]
OTHER = [person("suspect", "Morwenna Tregaskis", "1995-02-11", identifiers={"pnc": "1995/765432B"})]


def run(first: int, days: Iterable[float], people: list[Any] = SUBJECT, **fields: Any) -> list[Body]:
    return [report("police", first + n, day, people=people, **fields) for n, day in enumerate(days)]


def names(way: Way, agency: str = "council") -> set[str]:
    return set(way.standing_copies(agency))


def times_raised(way: Way, agency: str = "council") -> int:
    """How many different alerts an agency ever saw on its topic."""
    return len(way.copies(agency))


def test_a_report_that_comes_late_and_is_the_earliest_updates_the_alert_in_place() -> None:
    late, *rest = run(0, (0, 3, 6, 9))
    way = Way().take(rest)
    (name,) = names(way)
    way.take([late])
    assert names(way) == {name}
    assert times_raised(way) == 1
    (copy,) = way.standing_copies("council").values()
    assert (copy["id"], copy["observed"], copy["version"]) == (name, 4, 2)
    assert end(way) == end(Way().take([late, *rest]))


def test_a_late_report_of_an_earlier_spell_takes_nothing_from_the_later_one() -> None:
    way = Way().take(run(0, (60, 63, 66)))
    (name,) = names(way)
    way.take(run(10, (0, 3, 6), told=70.0))
    assert name in names(way)
    assert way.standing_copies("council")[name]["window"]["from"].startswith("2024-05-03")
    assert times_raised(way) == 2


def test_two_persons_found_to_be_one_are_one_alert_under_a_name_already_told() -> None:
    alias = [person("suspect", "Q Ashdown", "1988", emails=["qa@example.org"])]
    both = [person("suspect", emails=["qa@example.org"], identifiers={"pnc": "1988/123456A"})]
    sent = [*run(0, (0, 3, 6)), *run(10, (1, 4, 7), alias)]
    way = Way().take(sent)
    before = names(way)
    way.take([report("police", "bridge", 8, people=both)])
    assert len(names(way)) == 1
    assert names(way) <= before
    assert times_raised(way) == len(before)
    assert end(way) == end(Way().take([*sent, report("police", "bridge", 8, people=both)]))


def test_a_person_set_apart_leaves_the_alert_with_the_rest_of_them() -> None:
    way = Way().take(run(0, (0, 3, 6, 9, 12)))
    (name,) = names(way)
    with writing(way.engine) as connection:
        set_apart(connection, "person", identity("mention", "police:0", 0), [], "a tester", "two people", FIRST)
    way.drain()
    (copy,) = way.standing_copies("council").values()
    assert (copy["id"], copy["observed"]) == (name, 4)
    assert times_raised(way) == 1


def test_what_is_taken_back_leaves_the_alert_in_place_while_enough_is_left() -> None:
    sent = run(0, (0, 3, 6, 9))
    way = Way().take(sent)
    (name,) = names(way)
    way.take([{**sent[0], "action": "retract", "version": 2}])
    assert names(way) == {name}
    way.take([{**sent[1], "action": "retract", "version": 2}])
    assert names(way) == set()
    way.take([report("police", "again", 10, people=SUBJECT)])
    assert times_raised(way) == 1 or names(way) != {name}


def test_what_a_person_said_of_the_copy_stays_with_it() -> None:
    late, *rest = run(0, (0, 3, 6, 9))
    way = Way().take(rest)
    (name,) = names(way)
    feedback(way, "council", name, "not-an-issue", reason="a film was being made")
    way.take([late])
    feedback(way, "fire", name, "reopened", reason="it was not", at="2024-03-25T12:00:00+00:00")
    assert {copy["state"] for copy in way.standing_copies("housing").values()} == {"open"}
    assert [alert["state"] for alert in way.alerts()] == ["open"]
    assert len(way.rows(Said)) == 2


@FEW
@given(st.data())
def test_reports_in_any_order_change_no_name_of_what_goes_on(data: st.DataObject) -> None:
    sent = data.draw(bodies(markings=MARKINGS, most=10))
    order = data.draw(st.permutations(sent))
    way = Way()
    held: dict[str, dict[str, Body]] = {agency: {} for agency in PARTNERSHIP}
    for body in order:
        way.take([body])
        for agency in PARTNERSHIP:
            now = way.standing_copies(agency)
            for name, copy in now.items():
                if name not in held[agency]:  # what is new is not what was told before, under another name
                    rests = set(copy["evidence"])
                    gone = [held[agency][one] for one in held[agency].keys() - now.keys()]
                    assert all(2 * len(rests & set(one["evidence"])) < len(one["evidence"]) for one in gone)
            held[agency] = now
    way.close(45)
    assert end(way) == end(Way().take(sent).close(45))
