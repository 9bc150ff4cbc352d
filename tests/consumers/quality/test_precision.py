"""How often a rule is right, by what people said."""

from datetime import timedelta
from typing import Any

import pytest
from scipy.stats import binomtest
from sqlalchemy import Engine

from consumers.quality.precision import BAR, LEAST, Judged, interval, judged_by, precisions
from schemas.tables import Said, Told
from streams.store import add, reading, writing
from tests.consumers.accounts.people import NOW
from tests.consumers.watcher.alerts import an_alert


@pytest.mark.parametrize(("real", "judged"), [(0, 5), (3, 10), (10, 10), (41, 100)])
def test_the_interval_is_wilsons(real: int, judged: int) -> None:
    wilson = binomtest(real, judged).proportion_ci(method="wilson")
    assert interval(real, judged) == pytest.approx((wilson.low, wilson.high), abs=1e-6)


def alerts(rule: str, observed: int, real: int, false: int) -> list[Judged]:
    return [Judged(rule=rule, observed=observed, real=one < real) for one in range(real + false)]


def test_a_rule_that_is_wrong_too_often_is_told_with_the_threshold_that_would_have_done() -> None:
    (one,) = precisions([*alerts("repeat-place", 3, 2, 10), *alerts("repeat-place", 5, 6, 2)])
    assert one.told
    assert one.threshold is not None
    assert (one.threshold.incidents, one.threshold.real, one.threshold.false) == (5, 6, 2)
    assert one.says == (
        "8 of 20 were real, below 50%. With 5 incidents instead, 10 of the others would not have been raised, and 2 of "
        "the real ones. It is `incidents` under [repeat-place] in rules.toml; nothing changes by itself."
    )


def test_of_one_that_does_well_or_of_which_little_is_known_nothing_is_said() -> None:
    well, little = precisions([*alerts("theme", 4, 9, 3), *alerts("spike", 4, 0, LEAST - 1)])[::-1]
    assert (well.rule, well.says, little.says) == ("theme", "", "")
    assert well.share >= BAR


def test_where_no_threshold_would_do_it_is_said() -> None:
    (one,) = precisions(alerts("repeat-person", 3, 1, 12))
    assert "No higher number of incidents" in one.says


def say(engine: Engine, number: int, *verdicts: str, agency: str = "police", **body: Any) -> None:
    with writing(engine) as connection:
        told = {"alert": f"a{number}", "agency": agency, "version": 1, "digest": "", "body": an_alert(number)}
        add(connection, Told, [told])
        add(
            connection,
            Said,
            [
                {"id": f"{number}{agency}{n}", "alert": f"a{number}", "agency": agency, "state": verdict, "body": body}
                | {"at": NOW + timedelta(minutes=n)}
                for n, verdict in enumerate(verdicts)
            ],
        )


def test_the_last_word_of_ones_own_people_stands(engine: Engine) -> None:
    say(engine, 1, "not-an-issue", "reopened", "confirmed")
    say(engine, 2, "confirmed", "wrong")
    say(engine, 3, "acknowledged")
    say(engine, 4, "closed")
    say(engine, 5, "closed", outcome="Warned")
    say(engine, 6, "wrong", "reopened")
    say(engine, 7, "wrong", agency="housing")
    with reading(engine) as connection:
        judged = judged_by(connection, "police")
    assert sorted(one.real for one in judged) == [False, True, True]
    assert {one.rule for one in judged} == {"near-repeat"}
