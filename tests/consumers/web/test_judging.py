"""What somebody says of an alert at the page is taken by the rules of the feedback topic, logged, and shown back."""

import pytest
from sqlalchemy import Engine, select

from schemas.tables import Outbox, Said, ToldKey, Waiting
from streams.store import add, writing
from tests.consumers.accounts.people import NOW, Log
from tests.consumers.watcher.alerts import an_alert
from tests.consumers.web.seats import Browser, sat, tell

HERE = "/agencies/police/alerts/a1"


@pytest.fixture
def told(engine: Engine) -> Engine:
    tell(engine, "police", an_alert(1))
    with writing(engine) as connection:
        add(connection, ToldKey, [{"alert": "a1", "agency": "police", "key": "near:police:1"}])
    return engine


def says(page: Browser, **fields: str) -> int:
    return int(page.submit(f"{HERE}/judge", fields).status_code)


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"verdict": "acknowledged"}, {"verdict": "acknowledged"}),
        ({"verdict": "not-an-issue", "words": "Road works"}, {"verdict": "not-an-issue", "reason": "Road works"}),
        ({"verdict": "closed", "words": "Two fined"}, {"verdict": "closed", "outcome": "Two fined"}),
    ],
)
def test_what_is_said_is_kept_logged_and_shown_until_the_stages_come_to_it(
    told: Engine, fields: dict[str, str], kept: dict[str, str]
) -> None:
    log = Log()
    page = sat(told, log=log)
    assert says(page, **fields) == 303
    with told.connect() as connection:
        row = connection.execute(select(Said)).one()
        assert connection.scalars(select(Waiting.stage)).all(), "the stages have work"
        assert connection.scalars(select(Outbox.topic)).all(), "and are woken"
    assert {name: row.body[name] for name in kept} == kept
    assert row.body["version"] == 1
    assert row.at == NOW
    entry = next(one for one in log.entries if one["act"] == "alteration")
    assert (entry["subject"], entry["detail"]["said"]) == ("alert:a1", fields["verdict"])
    text = page.get(HERE).text
    assert "It is being passed on" in text
    assert fields.get("words", "analyst@police.example") in text


@pytest.mark.parametrize(
    "fields",
    [{}, {"verdict": "dire"}, {"verdict": "not-an-issue"}, {"verdict": "closed", "words": "  "},
     {"verdict": "closed", "words": "x" * 501}, {"verdict": "tasked"}],
)  # fmt: skip
def test_what_says_nothing_is_not_taken(told: Engine, fields: dict[str, str]) -> None:
    page = sat(told)
    answer = page.submit(f"{HERE}/judge", fields)
    assert answer.status_code == 400
    assert "There is a problem" in answer.text
    with told.connect() as connection:
        assert connection.execute(select(Said)).all() == []


def test_a_copy_that_was_pulled_back_meanwhile_is_not_judged(engine: Engine) -> None:
    tell(engine, "police", an_alert(1))  # no key stands for it: the feedback topic would refuse it
    answer = sat(engine).submit(f"{HERE}/judge", {"verdict": "acknowledged"})
    assert answer.status_code == 400
    assert "you were told of" in answer.text


def test_who_reads_only_may_not_judge_and_sees_no_form(told: Engine) -> None:
    page = sat(told, roles=("information-governance",))
    assert says(page, verdict="acknowledged") == 403
    assert "What do you say of it?" not in page.get(HERE).text


def test_an_alert_that_shows_a_person_is_not_judged_unseen(told: Engine) -> None:
    tell(told, "police", an_alert(2, person={"id": "p1", "name": "Ricky Thorn"}))
    page = sat(told)
    answer = page.submit("/agencies/police/alerts/a2/judge", {"verdict": "acknowledged"})
    assert "Why do you look at it?" in answer.text
    with told.connect() as connection:
        assert connection.execute(select(Said)).all() == []
