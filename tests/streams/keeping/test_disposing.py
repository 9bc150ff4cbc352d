"""What people write has a time of its own: it goes when that is over, and stays while it is held or was reviewed."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, func, select

from schemas.tables import (
    Access,
    Alert,
    Audit,
    Channel,
    FeedToken,
    Hold,
    Notice,
    Review,
    Said,
    Subscription,
    Told,
    Watched,
    Work,
    WorkChange,
)
from schemas.work import Ban, Breach, CaseReview, Link, Note, Premises, Record, Subject
from streams.keeping.disposing import WrittenDue, drop_written, written_due
from streams.keeping.periods import periods
from streams.keeping.retention import due, hold, keep_after_review, release
from streams.store import add, reading, writing
from tests.consumers.accounts.conftest import engine
from tests.consumers.work.making import NOW, a_problem, a_step, a_task, desk

__all__ = ["engine"]
CLOSED: dict[str, Any] = {"state": "closed", "outcome": "It stopped"}
DONE: dict[str, Any] = {"state": "done", "outcome": "It stopped"}
ON: dict[str, Any] = {"kind": "pubwatch", "conditions": "x"}
HELD = Subject(kind="person", id="p", mentions=("m",))
# Each as it is over, and for how long it is kept from when it was written.
OVER: dict[str, Record] = {
    "problem": a_problem(**CLOSED),
    "task": a_task(**DONE),
    "step": a_step(mentions=["m"]),
    "ban": Ban.model_validate({"subject": HELD, "start": "2026-11-20", "until": "2026-11-21", **ON}),
    "breach": Breach.model_validate({"on": "2026-11-20", "what": "Drank there"}),
    "premises": Premises(name="The Crown"),
    "link": Link(alert="a1", other="a2", why="same-place"),
    "case-review": CaseReview.model_validate({"reference": "CR 1", "requested": "2026-11-20", "outcome": "Told"}),
    "note": Note(stage="analysis", text="x"),
}  # fmt: skip
STILL_OPEN: tuple[Record, ...] = (
    a_problem(),
    a_task(),
    CaseReview.model_validate({"reference": "CR 2", "requested": "2026-11-20"}),
    Ban.model_validate({"holder": "Ann Other", "start": "2026-11-20", **ON}),
)
LONG = timedelta(days=4000)


def found(engine: Engine, after: timedelta) -> WrittenDue:
    with reading(engine) as connection:
        return due(connection, NOW + after, periods()).written


def dropped(engine: Engine, after: timedelta) -> dict[str, int]:
    with writing(engine) as connection:
        what = written_due(connection, NOW + after, periods(), ())
        return drop_written(connection, what, NOW + after, periods(), "ann", NOW)


def count(engine: Engine, table: Any) -> int:
    with reading(engine) as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def test_each_kind_is_due_when_its_own_time_is_over_and_not_a_day_before(engine: Engine) -> None:
    with desk(engine) as mine:
        ids = {kind: f"work:{mine.make(record)}" for kind, record in OVER.items()}
    for kind, where in ids.items():
        days = periods().written[kind]
        assert where not in found(engine, days).work, kind
        assert where in found(engine, days - periods().review + timedelta(days=1)).to_review, kind
        assert where in found(engine, days + timedelta(days=1)).work, kind
    assert set(found(engine, LONG).work) == set(ids.values())


def test_it_goes_with_all_that_it_ever_was_and_that_belongs_to_it(engine: Engine) -> None:
    with desk(engine) as mine:
        problem = mine.make(a_problem())
        mine.make(Note(stage="analysis", text="x"), parent=problem)
        task = mine.make(a_task(), parent=problem)
        other = mine.make(a_task(place="Elsewhere"))
        mine.change(problem, a_problem(**CLOSED), seen=1)
    assert found(engine, LONG).staying == dict.fromkeys((f"work:{problem}", f"work:{other}"), "it is not over yet")
    with desk(engine) as mine:
        mine.change(task, a_task(**DONE), seen=1)
    assert found(engine, LONG).work == (f"work:{problem}",)
    assert dropped(engine, LONG) == {"work": 3}
    assert (count(engine, Work), count(engine, WorkChange)) == (1, 1)
    with reading(engine) as connection:
        (entry,) = connection.execute(select(Audit.act, Audit.detail).where(Audit.subject == "written")).all()
    assert (entry.act, entry.detail) == ("erasure", {"work": 3})


def test_what_is_not_over_stays_and_is_listed_to_be_looked_at(engine: Engine) -> None:
    with desk(engine) as mine:
        ids = {f"work:{mine.make(record)}" for record in STILL_OPEN}
    now = found(engine, LONG)
    assert (set(now.staying), set(now.to_review), now.work) == (ids, ids, ())
    assert dropped(engine, LONG) == {}
    assert found(engine, timedelta()).to_review == ()


def test_what_was_taken_back_goes_sooner_and_alone(engine: Engine) -> None:
    with desk(engine) as mine:
        problem = mine.make(a_problem())
        task = mine.make(a_task(), parent=problem)
        mine.undo(task, seen=1)
    assert found(engine, timedelta(days=91)).work == (f"work:{task}",)
    assert dropped(engine, timedelta(days=91)) == {"work": 1}


def test_what_is_held_or_was_reviewed_stays(engine: Engine) -> None:
    with desk(engine) as mine:
        where = f"work:{mine.make(a_task(**DONE))}"
    with writing(engine) as connection:
        hold(connection, where, "ann", "a court asked", NOW)
    assert found(engine, LONG).staying == {where: "it is held"}
    with writing(engine) as connection:
        assert release(connection, where, "ann", "over", NOW)
        keep_after_review(connection, where, NOW + LONG, "ann", "needed", NOW)
    assert found(engine, LONG - timedelta(days=1)).staying == {where: "it was reviewed and is kept"}
    assert found(engine, LONG).work == (where,)


def test_words_about_an_alert_stay_while_it_is_open(engine: Engine) -> None:
    body = {"reason": "x", "who": "ann"}
    alert = {"state": "open", "withdrawn": False, "raised_at": NOW, "updated_at": NOW, "version": 1, "body": {}}
    with writing(engine) as connection:
        connection.execute(Alert.__table__.insert().values(**_whole(Alert, id="a", **alert)))
        add(connection, Said, [{"id": "s", "alert": "a", "agency": "fire", "at": NOW, "state": "x", "body": body}])
    assert found(engine, LONG).others["judgement"] == 0
    with writing(engine) as connection:
        connection.execute(Alert.__table__.update().values(state="closed"))
    assert dropped(engine, LONG) == {"judgement": 1}
    assert dropped(engine, LONG) == {}
    with reading(engine) as connection:
        assert connection.execute(select(Said.body)).scalar_one() == {"who": "ann"}


def test_askings_holds_wishes_and_notices_go_and_what_still_counts_stays(engine: Engine) -> None:
    at, none = {"at": NOW, "by": "ann", "why": "x"}, dict.fromkeys(("ended_at", "away_since"))
    with writing(engine) as connection:
        asked = {"asker": "fire", "owner": "police", "about": "a", "why": "x", "asked_by": "ann", "asked_at": NOW}
        asked |= dict.fromkeys(("answer", "reason", "answered_by", "answered_at", "until")) | {"opens": []}
        add(connection, Access, [{**asked, "id": "k"}, {**asked, "id": "k2", "until": NOW + LONG}])
        add(connection, Hold, [{**at, "id": "h", "subject": "a:1", "released_at": NOW}])
        add(connection, Hold, [{**at, "id": "h2", "subject": "a:1", "released_at": None}])
        add(connection, Review, [{**at, "ref": "a:1", "keep_until": NOW}])
        way = {"user": "u", "kind": "email", "address": "a@b", "made_at": NOW, **none}
        add(connection, Channel, [{**way, "id": "c"}, {**way, "id": "c2", "ended_at": NOW}])
        add(connection, Channel, [{**way, "id": "c3", "ended_at": NOW}])
        wish = {"user": "u", "name": "x", "when": "live", "body": {}, "made_at": NOW, "ended_at": None}
        add(connection, Subscription, [{**wish, "id": "w", "channel": "c"}, {**wish, "id": "w2", "channel": "c2"}])
        add(connection, Subscription, [{**wish, "id": "w3", "channel": "c3", "ended_at": NOW}])
        add(connection, FeedToken, [{"id": "f", "user": "u", "made_at": NOW, "ended_at": NOW}])
        add(connection, FeedToken, [{"id": "f2", "user": "u", "made_at": NOW, "ended_at": None}])
        add(connection, Watched, [{"user": "u", "what": "alert:a", "at": NOW}])
        copy = {"agency": "fire", "version": 1, "digest": "", "body": {}}
        connection.execute(Told.__table__.insert().values(**_whole(Told, alert="stands", **copy)))
        notice = {"user": "u", "due_at": NOW, "owed_at": NOW, "state": "sent", "over_cap": False, "again": False}
        notice |= {"tries": 1, "severity": None, "message": None, "sent_at": NOW}
        for id, wish_id, about, state in (
            ("n", "w", "alert:gone", "sent"),
            ("n2", "w", "alert:stands", "sent"),  # without it, it would be told once more
            ("n3", "w", "alert:gone", "owed"),
            ("n4", "w3", "alert:stands", "sent"),
        ):
            add(connection, Notice, [{**notice, "id": id, "subscription": wish_id, "about": about, "state": state}])
    before = found(engine, LONG).others
    gone = {"asking": 1, "hold": 2, "notice": 2, "subscription": 3, "watching": 1}
    assert {name: many for name, many in before.items() if many} == gone
    assert dropped(engine, LONG) == gone
    with reading(engine) as connection:
        tables = (Access, Hold, Channel, FeedToken, Notice, Subscription)
        left = {table: set(connection.execute(select(table.id)).scalars()) for table in tables}
    assert list(left.values()) == [{"k2"}, {"h2"}, {"c", "c2"}, {"f2"}, {"n2", "n3"}, {"w", "w2"}]


def _whole(table: Any, **values: Any) -> dict[str, Any]:
    """A row with nothing in what is not said, where that may be nothing, and an empty text elsewhere."""
    rest = {one.name: None if one.nullable else "" for one in table.__table__.columns if one.name not in values}
    return rest | values
