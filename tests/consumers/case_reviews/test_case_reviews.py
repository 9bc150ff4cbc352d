"""Case reviews: who stands where by one's own alerts, and clocks that count working days."""

from datetime import date

import pytest
from sqlalchemy import Engine

from consumers.case_reviews.clocks import after_working_days, due, is_working, working_days_between
from consumers.case_reviews.standing import reviews_of
from schemas.work import CaseReview
from streams.store import reading
from tests.consumers.work.making import TODAY, desk, tell


def a_review(**others) -> CaseReview:
    return CaseReview.model_validate({"reference": "CR-1", "requested": "2026-12-21", **others})


@pytest.mark.parametrize(
    ("day", "count", "then"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # over a weekend
        (date(2026, 12, 21), 5, date(2026, 12, 30)),  # over Christmas, of which Boxing Day's holiday falls on the 28th
        (date(2026, 4, 1), 2, date(2026, 4, 7)),  # over Easter
        (date(2026, 11, 23), 5, date(2026, 11, 30)),
    ],
)
def test_working_days_pass_over_weekends_and_bank_holidays(day: date, count: int, then: date) -> None:
    assert after_working_days(day, count) == then
    assert working_days_between(day, then) == count
    assert is_working(then)


def test_a_clock_says_what_is_left_what_is_late_and_what_was_answered() -> None:
    by = date(2026, 12, 30)
    left = {day: due(a_review(), day)[0] for day in (date(2026, 12, 21), date(2026, 12, 24), by, date(2026, 12, 31))}
    assert [one.left for one in left.values()] == [5, 2, 0, -1]
    assert [one.late for one in left.values()] == [False, False, False, True]
    assert [one.soon for one in left.values()] == [False, True, True, False]
    in_time, too_late = (due(a_review(days={"acknowledged": day}), TODAY)[0] for day in ("2026-12-30", "2026-12-31"))
    assert (in_time.by, in_time.late, too_late.late) == (by, False, True)


def test_the_review_itself_has_clocks_only_where_the_threshold_is_met() -> None:
    said = {"days": {"acknowledged": "2026-12-22", "threshold": "2026-12-23"}, "reason": "Three in six months"}
    names = {
        answer: [one.clock.name for one in due(a_review(threshold=answer, **said), TODAY)]
        for answer in ("met", "not-met")
    }
    assert names == {"met": ["acknowledged", "threshold", "meeting"], "not-met": ["acknowledged", "threshold"]}


def standing(engine: Engine, agency: str = "council"):
    with reading(engine) as connection:
        return reviews_of(connection, agency, TODAY)


def test_who_has_met_the_threshold_and_who_is_one_short_is_read_off_ones_own_alerts(engine: Engine) -> None:
    tell(engine, "council", "a1", kind="case-review", observed=3.0, title="Three")
    tell(engine, "council", "a2", kind="case-review", observed=2.0, title="Two")
    tell(engine, "council", "a3", kind="repeat-person", observed=3.0, title="Other")
    tell(engine, "council", "a4", kind="case-review", observed=0, title="Fewer than 5")
    tell(engine, "police", "a5", kind="case-review", observed=4.0, title="Theirs")
    found = standing(engine)
    assert ([copy["title"] for copy in found.at], [copy["title"] for copy in found.near]) == (["Three"], ["Two"])
    assert found.needed == 3


def test_a_request_takes_the_alert_off_the_list_and_runs_its_clocks(engine: Engine) -> None:
    tell(engine, "council", "a1", kind="case-review", observed=3.0)
    with desk(engine, "council") as here:
        here.make(a_review(alert="a1", requested="2026-11-20"))
        done = {"acknowledged": "2026-11-02", "threshold": "2026-11-03"}
        here.make(a_review(requested="2026-11-01", days=done, threshold="not-met", reason="Two only"))
    found = standing(engine)
    assert found.at == ()
    assert [(one.running, one.copy is not None) for one in found.asked] == [(True, True), (False, False)]
    assert standing(engine, "police").asked == ()
