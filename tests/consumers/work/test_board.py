"""The board ranks what an agency sees, and says what each rank comes from."""

from sqlalchemy import Engine

from consumers.work.board import board_of
from streams.store import reading
from tests.consumers.work.making import TODAY, a_problem, a_task, desk, tell


def board(engine: Engine, order: str = "score", agency: str = "police"):
    with reading(engine) as connection:
        return board_of(connection, agency, TODAY, order)


def ranked(engine: Engine, order: str = "score") -> list[str]:
    return [issue.seen.title for issue in board(engine, order).issues]


def three(engine: Engine) -> dict[str, str]:
    """Three problems: one of high score, one of much harm with an overdue task, one about the first one's place."""
    tell(engine, "police", "a1", title="Score", score=9.0, score_parts={"harm": 1.0}, place={"id": "x"})
    tell(engine, "police", "a2", title="Harm", score=4.0, score_parts={"harm": 3.0})
    tell(engine, "police", "a3", title="Again", score=2.0, score_parts={"harm": 0.5}, place={"id": "x"})
    with desk(engine) as here:
        ids = {name: here.make(a_problem(alert=name, title=None)) for name in ("a1", "a2", "a3")}
        here.make(a_task(review="2026-11-24"), parent=ids["a2"])
        here.make(a_task(review="2026-11-25"), parent=ids["a1"])
    return ids


def test_problems_stand_in_the_order_asked_for(engine: Engine) -> None:
    three(engine)
    assert ranked(engine) == ["Score", "Harm", "Again"]
    assert ranked(engine, "harm")[0] == "Harm"
    assert ranked(engine, "overdue")[0] == "Harm"
    overdue = {issue.seen.title: issue.overdue for issue in board(engine).issues}
    assert overdue == {"Score": 0, "Harm": 1, "Again": 0}


def test_a_problem_of_high_priority_goes_before_score(engine: Engine) -> None:
    ids = three(engine)
    with desk(engine) as here:
        here.change(ids["a3"], a_problem(alert="a3", title=None, priority="high"), seen=1)
    assert ranked(engine)[0] == "Again"


def test_alerts_nobody_has_taken_up_wait_and_notices_about_reporting_do_not(engine: Engine) -> None:
    three(engine)
    tell(engine, "police", "a4", title="New", score=1.0)
    tell(engine, "police", "a5", title="Newer", score=7.0)
    tell(engine, "police", "a6", title="Silent", kind="data-notice")
    tell(engine, "police", "a7", title="Closed", state="closed")
    assert [copy["title"] for _, copy in board(engine).waiting] == ["Newer", "New"]


def test_a_closed_problem_leaves_the_ranks_and_is_still_there(engine: Engine) -> None:
    ids = three(engine)
    with desk(engine) as here:
        here.change(ids["a1"], a_problem(alert="a1", title=None, state="closed", outcome="Gone"), seen=1)
    assert "Score" not in ranked(engine)
    assert [issue.seen.title for issue in board(engine).closed] == ["Score"]


def test_a_task_of_a_problem_one_does_not_see_stands_by_itself(engine: Engine) -> None:
    three(engine)
    shown = board(engine, agency="council")
    assert shown.issues == ()
    assert len(shown.others) == 2
