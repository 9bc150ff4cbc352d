"""A meeting prepared, held and written down at the page; nobody learns of it who has not the alert."""

import itertools
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from consumers.work.kept import all_kept
from schemas.cells import WHOLE, scope_of
from schemas.tables import Base, CellWeek, Said, Stated, ToldKey, Work
from schemas.work import Note
from streams.store import open_store, put, reading, writing
from tests.consumers.accounts.people import NOW, Log
from tests.consumers.watcher.alerts import an_alert
from tests.consumers.web.seats import WORD, Browser, sat, tell
from tests.consumers.web.world import FIELDS, QUERIES, ways_of
from tests.consumers.web.world_of_work import OF_WORK, write_work
from tests.consumers.work.making import desk

HERE = "/agencies/police"
SUSPECT = {"id": "p1", "name": "Ricky Thorn", "born": "1990", "roles": ["suspect"]}
SAID = {"record-behaviour": "Shouting", "record-evidence": "Two statements", "record-proportionality": "In words"}
CHECKED = {"checks-age": "adult", "checks-vulnerability": "no"}


def kinds(engine: Engine, *wanted: str) -> list[Any]:
    with reading(engine) as connection:
        return [one.record for one in all_kept(connection, *wanted)]


def wrong(text: str) -> list[str]:
    found = re.search(r'govuk-error-summary__list">(.*?)</ul>', text, re.S)
    return re.findall(r"<a [^>]*>(.*?)</a>", found[1]) if found else []


@pytest.fixture
def told(engine: Engine, page: Browser) -> Browser:
    """The page of an analyst whose agency was told of two things."""
    tell(engine, "police", an_alert(1, person=SUSPECT, score=9.0), an_alert(2, title="Noise at night"))
    with writing(engine) as connection:
        put(connection, ToldKey, [{"alert": "a2", "agency": "police", "key": "near-repeat:x"}])
    return page


def test_an_alert_is_taken_up_worked_on_and_closed(engine: Engine, told: Browser) -> None:
    where = told.submit(f"{HERE}/tasking", {"alert": "a2"}).headers["location"]
    assert told.submit(f"{where}/notes", {"stage": "analysis", "text": "Mostly on Fridays"}).status_code == 303
    task = {"what": "Walk by at ten", "owner": "council", "team": "Rangers", "review": "2026-11-20"}
    assert told.submit(f"{where}/tasks", task).status_code == 303
    shown = told.get(where).text
    assert all(text in shown for text in ("Noise at night", "Mostly on Fridays", "Walk by at ten", "overdue"))
    board = told.get(f"{HERE}/tasking").text
    assert all(text in board for text in ("Noise at night", "1 overdue", "Mostly on Fridays"))
    close = {"seen": "1", "lead": "police", "stage": "assessment", "state": "closed"}
    assert wrong(told.submit(where, close).text) == ["Say what came of it before it is closed."]
    assert told.submit(where, {**close, "outcome": "Quiet since"}).status_code == 303
    assert "Quiet since" in told.get(f"{HERE}/tasking").text
    with reading(engine) as connection:
        assert sorted(connection.execute(select(Said.state)).scalars()) == ["closed", "tasked"]


def test_what_was_said_of_an_alert_is_taken_back_with_the_task_and_the_closing(engine: Engine) -> None:
    ticks = itertools.count()
    told = sat(engine, now=lambda: NOW + timedelta(seconds=next(ticks)))
    tell(engine, "police", an_alert(2))
    with writing(engine) as connection:
        put(connection, ToldKey, [{"alert": "a2", "agency": "police", "key": "near-repeat:x"}])
    where = told.submit(f"{HERE}/tasking", {"alert": "a2"}).headers["location"]

    def undo(kind: str, what: str, seen: int) -> list[str]:
        with reading(engine) as connection:
            (id,) = connection.execute(select(Work.id).where(Work.kind == kind, Work.body["what"].as_string() == what))
        assert told.submit(f"{HERE}/records/{id[0]}/undo", {"seen": str(seen)}).status_code == 303
        return said()

    def said() -> list[str]:
        with reading(engine) as connection:
            return list(connection.execute(select(Said.state).order_by(Said.at)).scalars())

    for what in ("Walk by", "Light it"):
        task = {"what": what, "owner": "council", "team": "Rangers"}
        assert told.submit(f"{where}/tasks", task).status_code == 303
    assert undo("task", "Walk by", 1) == ["tasked", "tasked"], "there is still another"
    assert undo("task", "Light it", 1) == ["tasked", "tasked", "reopened"]
    assert undo("task", "Light it", 2)[3:] == ["tasked"]
    close = {"seen": "1", "lead": "police", "state": "closed", "outcome": "Quiet since"}
    assert told.submit(where, close).status_code == 303
    problem = where.rpartition("/")[2]
    for seen in (2, 3):
        assert told.submit(f"{HERE}/records/{problem}/undo", {"seen": str(seen)}).status_code == 303
    assert said()[4:] == ["closed", "reopened", "closed"]


def test_the_task_of_another_agency_is_on_its_own_board(engine: Engine, told: Browser) -> None:
    task = {"what": "Mend the light", "owner": "council", "team": "Streets"}
    assert told.submit(f"{HERE}/tasks", task).headers["location"] == f"{HERE}/tasking"
    council = sat(engine, "council")
    link = re.search(r"/agencies/council/tasks/[0-9a-f-]{36}", council.get("/agencies/council/tasking").text)
    assert link
    done = {**task, "seen": "1", "state": "done", "outcome": "Two new lamps"}
    assert council.submit(link[0], done).status_code == 303
    assert "Two new lamps" in told.get(f"{HERE}/tasking").text
    undo = link[0].replace("tasks", "records") + "/undo"
    assert council.submit(undo, {"seen": "2"}).status_code == 303
    assert kinds(engine, "task")[0].state == "open"
    assert "Somebody changed it" in council.submit(undo, {"seen": "2"}).text


def test_minutes_are_shown_row_by_row_before_they_are_taken(engine: Engine, told: Browser) -> None:
    table = "what\towner\tteam\nWalk\tcouncil\tRangers\nMend\tnobody\tStreets\n"
    shown = told.submit(f"{HERE}/tasking/minutes", {"text": table, "take": "yes"})
    assert (shown.status_code, kinds(engine, "task")) == (400, [])
    assert "there is no agency" in shown.text
    table = table.replace("nobody", "council")
    assert "Make 2 tasks" in told.submit(f"{HERE}/tasking/minutes", {"text": table}).text
    assert told.submit(f"{HERE}/tasking/minutes", {"text": table, "take": "yes"}).status_code == 303
    assert len(kinds(engine, "task")) == 2


def test_a_person_is_named_on_the_ladder_once_it_was_said_why_and_that_is_logged(engine: Engine) -> None:
    log = Log()
    page = sat(engine, log=log)
    tell(engine, "police", an_alert(1, person=SUSPECT))
    assert "Ricky" not in page.get(f"{HERE}/ladder").text
    person = f"{HERE}/ladder/people/p1"
    assert "Ricky" not in page.get(person).text
    assert page.submit(f"{person}/reason", {"reason": "because"}).status_code == 400
    assert page.submit(person, {"rung": "verbal-warning", **SAID}).status_code == 400
    assert page.submit(f"{person}/reason", {"reason": "meeting", "words": "Wednesday"}).status_code == 303
    assert "Ricky Thorn" in page.get(person).text
    looked = [entry for entry in log.entries if entry["act"] == "consultation"]
    assert [(entry["subject"], entry["detail"]["reason"], entry["why"]) for entry in looked] == [
        ("person:p1", "meeting", "Wednesday")
    ]
    with reading(engine) as connection:
        assert list(connection.execute(select(Stated.person)).scalars()) == ["p1"]


def test_a_step_is_taken_with_all_it_asks_and_not_without(engine: Engine, told: Browser) -> None:
    person = f"{HERE}/ladder/people/p1"
    told.submit(f"{person}/reason", {"reason": "case"})
    step = {"rung": "verbal-warning", "on": "2026-11-20", "team": "Rangers", **SAID}
    assert "Say why this was not tried: engagement." in wrong(told.submit(person, step).text)
    assert kinds(engine, "step") == []
    assert told.submit(person, {**step, **CHECKED, "skipped-engagement": "He ran off"}).status_code == 303
    (taken,) = kinds(engine, "step")
    assert (taken.skipped, taken.checks["vulnerability"]) == ({"engagement": "He ran off"}, "no")
    text = told.get(person).text
    assert "Written warning" in text.split("could be next")[0].rsplit("<li", 1)[1]


def test_who_is_harmed_is_on_no_ladder(engine: Engine, page: Browser) -> None:
    victim = {"id": "v1", "name": "Ann Other", "roles": ["victim", "reporter"]}
    tell(engine, "police", an_alert(1, kind="case-review", person=victim, observed=2.0))
    assert "v1" not in page.get(f"{HERE}/ladder").text
    assert page.get(f"{HERE}/ladder/people/v1").status_code == 404


def test_a_ban_on_a_person_wants_a_reason_first(engine: Engine, told: Browser) -> None:
    ban = {"kind": "pubwatch", "person": "p1", "conditions": "Not in", "start": "2026-11-01"}
    assert wrong(told.submit(f"{HERE}/bans", ban).text) == [
        "Open the person&#39;s ladder first, and say there why you look at them."
    ]
    told.submit(f"{HERE}/ladder/people/p1/reason", {"reason": "case"})
    assert told.submit(f"{HERE}/bans", ban).status_code == 303
    assert "Ricky Thorn" in told.get(f"{HERE}/bans").text
    other = sat(engine, roles=("coordinator",))
    assert "Ricky Thorn" not in other.get(f"{HERE}/bans").text


def test_a_review_is_asked_for_and_answered_by_its_clocks(engine: Engine, page: Browser) -> None:
    tell(engine, "police", an_alert(1, kind="case-review", observed=3.0, title="Third report"))
    assert "At the threshold" in page.get(f"{HERE}/reviews").text
    assert page.submit(f"{HERE}/reviews", {"alert": "a1", "requested": "2026-11-20"}).status_code == 303
    text = page.get(f"{HERE}/reviews").text
    assert "At the threshold" not in text
    assert "2 working days left" in text
    review = re.search(r"/agencies/police/reviews/[0-9a-f-]{36}", text)
    assert review
    early = {"seen": "1", "day-acknowledged": "2026-11-19"}
    assert "before the request" in wrong(page.submit(review[0], early).text)[0]
    answered = {"seen": "1", "day-acknowledged": "2026-11-23", "day-threshold": "2026-11-24"}
    assert wrong(page.submit(review[0], answered).text) == ["Say whether the threshold is met."]
    met = {**answered, "threshold": "met", "reason": "Three in six months"}
    assert page.submit(review[0], met).status_code == 303
    assert "Hold the review" in page.get(f"{HERE}/reviews").text


def test_what_worked_is_asked_for_and_told_with_its_uncertainty(engine: Engine, page: Browser) -> None:
    monday = date(2026, 11, 16)
    rows = [
        {
            "cell": scope_of(area, "burglary"),
            "week": f"{day:%G-W%V}",
            "told": {"police": told},
            "chance": None,
            "judged": None,
        }
        for number in range(13)
        for day in [monday - timedelta(weeks=number)]
        for area, told in (("Newbold", 3 if number < 6 else 9), ("Hasland", 9), (WHOLE, 20))
    ]
    with writing(engine) as connection:
        put(connection, CellWeek, rows)
    query = "day=2026-10-07&area=Newbold&category=burglary&weeks=4&others=Hasland"
    text = page.get(f"{HERE}/effect?{query}").text
    assert "67% fewer than the comparison areas would let one expect, between" in text
    assert "<svg" in text
    assert wrong(page.get(f"{HERE}/effect?{query.replace('Hasland', 'Newbold')}").text) == [
        "Choose areas to compare with in which nothing was done, and which are not next to it."
    ]
    tables = page.get(f"{HERE}/members?weeks=4").text
    assert "Nothing was reported in the same weeks a year ago" in tables
    assert "Burglary" in tables


def test_what_is_worked_on_changes_no_byte_for_who_has_not_the_alert(engine: Engine, tmp_path: Path) -> None:
    other = open_store(f"sqlite:///{tmp_path / 'other.db'}")
    Base.metadata.create_all(other)
    for store in (engine, other):
        tell(store, "police", an_alert(1, person=SUSPECT))
        tell(store, "housing", an_alert(7, evidence=["housing:9"]))
    ids = write_work(engine, "police", "a1", "p1", "Seen")
    with desk(engine) as here:
        here.make(Note(stage="analysis", text="Seen"), parent=ids["problem"])
    ids["premises"] = "none"  # a public register, which all may read
    with writing(engine) as connection:
        gone = [one.id for one in all_kept(connection, "premises")]
        connection.execute(Base.metadata.tables["work"].delete().where(Base.metadata.tables["work"].c.id.in_(gone)))
    answers = [all_of(sat(store, "housing"), ids) for store in (engine, other)]
    assert answers[0] == answers[1]
    assert len(answers[0]) > 25
    assert not any("Seen" in text for _, text in answers[0].values())
    other.dispose()


def all_of(browser: Browser, ids: dict[str, str]) -> dict[str, tuple[int, str]]:
    """What the pages on work answer to one of housing, asked for the other agency's things too."""
    word, found = browser.word(), {}
    for way in ways_of(browser.app):  # type: ignore[arg-type]
        if way.may not in ("read-work", "work") and "{person}" not in way.path:
            continue
        path = way.path.replace("{agency}", "housing")
        for name in OF_WORK:
            path = path.replace(f"{{{name}}}", ids[name])
        if way.method == "GET":
            answer = browser.get(path)
        else:
            headers = {"origin": str(browser.base_url).rstrip("/")}
            answer = browser.post(path, data={**FIELDS[way.path], "word": word}, headers=headers)
        found[f"{way.method} {path}"] = (answer.status_code, WORD.sub("", answer.text))
    assert {path for path in QUERIES if "/tasking" in path}
    return found


def test_information_governance_reads_and_writes_nothing(engine: Engine, told: Browser) -> None:
    reader = sat(engine, roles=("information-governance",))
    assert reader.get(f"{HERE}/tasking").status_code == 200
    assert (
        '<button type="submit" class="govuk-button' not in reader.get(f"{HERE}/tasking").text.split("Not taken up")[1]
    )
    assert reader.submit(f"{HERE}/tasking", {"alert": "a2"}).status_code == 403
    assert kinds(engine, "problem") == []
