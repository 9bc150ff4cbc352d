"""What was judged not an issue is not raised again for a while, however it comes back; unless it is far more."""

import random
from collections.abc import Iterable
from typing import Any

import pytest

from streams.issues.rules import rules
from tests.streams.issues.test_invariant import end
from tests.streams.issues.test_stage import day_of, feedback, history
from tests.streams.issues.way import Body, Way, moment, person, report

SUBJECT = [person("suspect", identifiers={"pnc": "1988/123456A"})]
VICTIM = [person("victim", "Morwenna Tregaskis", "1995-02-11", identifiers={"pnc": "1995/765432B"})]
FIRST_SPELL, SECOND_SPELL = (0, 5, 9), (60, 64, 68)
NO_ISSUE = {"verdict": "not-an-issue", "reason": "a film was being made"}


def run(first: int, days: Iterable[float], people: list[Any] = SUBJECT, **fields: Any) -> list[Body]:
    return [report("police", first + n, day, people=people, **fields) for n, day in enumerate(days)]


def judged(way: Way, agency: str = "council", **fields: Any) -> Way:
    """The one alert there is, judged not an issue by an agency."""
    ((name, _),) = way.standing_copies(agency).items()
    assert feedback(way, agency, name, **{**NO_ISSUE, "at": moment(10), **fields}) == []
    return way


def states(way: Way) -> list[str]:
    return [alert["state"] for alert in way.alerts()]


def test_a_new_spell_of_what_was_judged_is_closed_from_the_first_and_says_why(store_url: str) -> None:
    way = judged(Way(store_url).take(run(0, FIRST_SPELL))).take(run(3, SECOND_SPELL))
    assert states(way) == ["closed", "closed"]
    (_, again) = way.alerts()
    assert again["why"][-1] == (
        "Judged not an issue on 14 March 2024, when 3 were known: the same is not raised again until 13 June 2024, "
        "unless there are 6 or more."
    )
    assert {copy["state"] for copy in way.standing_copies("fire").values()} == {"closed"}
    raised = [one for one in way.told if one.topic == "tocsin.alerts.fire.v1" and b'"open"' in (one.value or b"")]
    assert len(raised) == 1


def test_twice_as_many_are_raised_again_and_say_so() -> None:
    way = judged(Way().take(run(0, FIRST_SPELL))).take(run(3, range(60, 66)))
    assert states(way) == ["closed", "open"]
    assert way.alerts()[1]["why"][-1] == (
        "Judged not an issue on 14 March 2024, when 3 were known; raised again, for now there are 6."
    )
    way = judged(Way().take(run(0, FIRST_SPELL))).take(run(3, (11, 12)))
    assert states(way) == ["closed"]
    way.take(run(5, (13,)))
    assert states(way) == ["open"]


def test_two_who_turn_out_to_be_one_are_not_raised_again() -> None:
    way = judged(Way().take(run(0, FIRST_SPELL)))
    way.take(run(3, SECOND_SPELL, [person("suspect", "Quentin Ashdown", None, identifiers={"cro": "12345/88A"})]))
    assert states(way) == ["closed", "open"]
    both = person("suspect", identifiers={"pnc": "1988/123456A", "cro": "12345/88A"})
    way.take(run(9, (69,), [both]))
    assert set(states(way)) == {"closed"}


def test_it_holds_for_a_while_and_for_the_same_person_alone() -> None:
    way = judged(Way().take(run(0, FIRST_SPELL)))
    way.take(run(3, SECOND_SPELL, [person("suspect", "Ivo Ruskin", "1970-05-06")]))
    way.take(run(6, (10 + rules().suppress.days, 105, 109)))
    assert sorted(states(way)) == ["closed", "open", "open"]


def test_what_is_said_of_the_new_spell_itself_stands_and_taking_the_judgement_back_frees_it() -> None:
    way = judged(Way().take(run(0, FIRST_SPELL))).take(run(3, SECOND_SPELL))
    first, again = (alert["id"] for alert in way.alerts())
    feedback(way, "fire", again, "tasked", at=moment(70))
    assert states(way) == ["closed", "tasked"]
    way = judged(Way().take(run(0, FIRST_SPELL))).take(run(3, SECOND_SPELL))
    feedback(way, "fire", first, "reopened", reason="it was not a film", at=moment(71))
    assert states(way) == ["open", "open"]
    assert all("Judged" not in line for alert in way.alerts() for line in alert["why"])


def test_what_is_judged_when_it_is_over_leaves_open_what_stands_since() -> None:
    way = Way().take(run(0, FIRST_SPELL)).take(run(3, SECOND_SPELL))
    first, _ = (alert["id"] for alert in way.alerts())
    feedback(way, "council", first, **NO_ISSUE, at=moment(70))
    assert states(way) == ["closed", "open"]


def test_a_judgement_of_what_one_may_not_know_moves_nothing_that_one_sees() -> None:
    hidden = run(0, FIRST_SPELL, restricted_to=["police"])
    way = judged(Way().take(hidden), "police").take(run(3, SECOND_SPELL))
    assert sorted(copy["state"] for copy in way.standing_copies("police").values()) == ["closed", "closed"]
    (copy,) = way.standing_copies("council").values()
    (alone,) = Way().take(run(3, SECOND_SPELL)).standing_copies("council").values()
    assert copy == alone
    assert copy["state"] == "open"


def test_a_judgement_goes_when_the_reports_it_was_of_are_taken_back() -> None:
    way = judged(Way().take(run(0, FIRST_SPELL))).take(run(3, SECOND_SPELL))
    way.take([{**body, "action": "retract", "version": 2} for body in run(0, FIRST_SPELL)])
    assert states(way) == ["open"]


def test_a_case_review_is_suppressed_by_its_own_word_alone() -> None:
    fields: dict[str, Any] = {"people": VICTIM, "category": "violent-crime"}
    way = judged(Way().take(run(0, FIRST_SPELL, **fields)))
    way.take(run(3, (50, 90, 95), VICTIM))
    assert {alert["kind"]: alert["state"] for alert in way.alerts()}["case-review"] == "open"


def spikes(way: Way) -> list[Body]:
    return [alert for alert in way.alerts() if alert["kind"] == "spike"]


def test_a_cell_that_was_judged_stays_quiet_and_another_does_not() -> None:
    way = Way().take([*history(), *day_of(0, 0, many=9)]).close(0)
    (spike,) = spikes(way)
    feedback(way, "council", spike["id"], **NO_ISSUE, at=moment(1))
    way.take([*day_of(1, 30, many=9), *elsewhere(40)]).close(40)
    assert sorted((alert["raised_at"][:10], alert["state"]) for alert in spikes(way)) == [
        ("2024-03-05", "closed"),
        ("2024-04-03", "closed"),
        ("2024-04-13", "open"),
    ]


def elsewhere(day: float) -> list[Body]:
    """As many on one day in a square where one a week was usual."""
    bodies = [body for week in range(1, 9) for body in day_of(700 + week, day - 7 * week)]
    bodies += day_of(800, day, many=9)
    spot = {"easting": 446_000.0, "northing": 379_000.0}
    return [{**body, "place": {**body["place"], "text": f"{n} Larch Road", **spot}} for n, body in enumerate(bodies)]


def every_day() -> list[Body]:
    """A report on each day that is closed early: an empty day is judged only where a late report bears on it."""
    spot = {"text": "3 Vicar Lane", "easting": 446_000.0, "northing": 379_000.0}
    return [report("police", 900 + day, day, place=spot, category="other-theft") for day in range(10, 46)]


@pytest.mark.parametrize("seed", range(4))
def test_when_and_in_what_order_reports_and_the_judgement_come_does_not_matter(seed: int) -> None:
    before = [*run(0, FIRST_SPELL), *run(10, FIRST_SPELL, VICTIM), *history(), *day_of(0, 0, many=9)]
    after = [*run(3, SECOND_SPELL), *run(20, (70, 71, 72, 73, 74, 75), VICTIM), *day_of(1, 30, many=9), *every_day()]
    ways = []
    for late in (False, True):
        order, rest = random.Random(f"{seed}{late}"), list(after)
        order.shuffle(rest)
        way = Way().take(before).close(9)
        told = [alert["id"] for alert in way.alerts()]
        cut = order.randrange(len(rest)) if late else 0
        way.take(rest[:cut], batch=3).close(9 + 36 * late)
        for alert in told:
            feedback(way, "council", alert, **NO_ISSUE, at=moment(10))
        ways.append(way.take(rest[cut:], batch=1 + seed * 3).close(95))
    assert end(ways[0]) == end(ways[1])
