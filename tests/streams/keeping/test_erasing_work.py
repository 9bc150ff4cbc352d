"""What people wrote down about somebody who is erased goes with them; what they wrote of others stays."""

from typing import Any

import pytest
from sqlalchemy import Connection, select

from consumers.work.desk import Desk
from consumers.work.kept import all_kept, changes_of, kept
from schemas.identity import identity
from schemas.tables import Hold, Member, Told
from schemas.work import Ban, Breach, Note, Problem, Step, Subject, Task
from streams.keeping.access import holdings
from streams.keeping.erase import erase
from streams.keeping.log import log
from streams.keeping.naming import MAYBE, NAMED
from streams.keeping.proving import prove
from streams.keeping.subject import subject_of
from streams.keeping.words import redact
from streams.store import add, reading, writing
from tests.consumers.accounts.people import Log
from tests.streams.keeping.test_words import columns_with
from tests.streams.keeping.town import NOW, OTHERS, PARTNERSHIP, THEIRS, report, store, take, zebedee

REFS = [f"{body['agency']}:{body['id']}" for body in THEIRS]
SECRET = "Zebedee was seen at the arcade"


@pytest.fixture
def engine(tmp_path):
    opened = store(
        f"sqlite:///{tmp_path / 'store.db'}", [*THEIRS, *OTHERS, report("police", 30, 12, people=[zebedee()])]
    )
    yield opened
    opened.dispose()


def about(*refs: str) -> Subject:
    at = {"council:C-3": 1}
    return Subject(kind="person", id="p", mentions=tuple(identity("mention", ref, at.get(ref, 0)) for ref in refs))


def a_step(subject: Subject, team: str = "Rangers") -> Step:
    said = {"rung": "verbal-warning", "on": "2026-03-12", "team": team, "record": {"behaviour": SECRET}}
    return Step.model_validate({"subject": subject, "reports": REFS[:2], **said})


def written(engine) -> dict[str, str]:
    with writing(engine) as connection:
        desk = desk_of(connection)
        alert = connection.execute(select(Told.alert).where(Told.agency == "police")).scalars().first()
        ids = {"theirs": desk.make(a_step(about(*REFS)))}
        desk.change(ids["theirs"], a_step(about(*REFS), "Wardens"), seen=1)
        ids["others"] = desk.make(a_step(about("police:P-11")))
        ids["both"] = desk.make(a_step(about(*REFS, "police:P-30")))
        ban = Ban(kind="pubwatch", subject=about(*REFS), conditions=SECRET, start="2026-03-12")  # type: ignore[arg-type]
        ids["ban"] = desk.make(ban)
        breach = Breach(on="2026-03-13", what=SECRET)  # type: ignore[arg-type]
        ids["breach"] = desk.make(breach, parent=ids["ban"])
        ids["problem"] = desk.make(Problem(alert=alert, lead="police", place=SECRET))
        ids["note"] = desk.make(Note(stage="analysis", text=SECRET), parent=ids["problem"])
        ids["task"] = desk.make(Task(what=SECRET, owner="council", team="Rangers"), parent=ids["problem"])
        return ids


def test_steps_bans_and_words_about_the_erased_are_gone_and_others_stand(engine) -> None:
    ids = written(engine)
    with reading(engine) as connection:
        subject = subject_of(connection, REFS)
    done = erase(engine, PARTNERSHIP, 500, subject, "ann", "asked for", NOW)
    assert done.proven, done.left
    with reading(engine) as connection:
        left = {one.id: one for one in all_kept(connection, "step", "ban", "breach", "problem", "note", "task")}
        assert set(left) == {ids[name] for name in ("others", "both", "problem", "task")}
        assert left[ids["both"]].record.subject.mentions == about("police:P-30").mentions
        assert left[ids["others"]].record.reports == ()
        assert left[ids["task"]].record.what == "Erased."
        assert SECRET not in repr([left[ids[name]].record.model_dump() for name in ("problem", "task")])
        assert [change.before for change in changes_of(connection, ids["both"])] == [None]


def test_what_is_held_of_a_person_names_the_steps_and_bans_about_them(engine) -> None:
    written(engine)
    with reading(engine) as connection:
        held = holdings(connection, subject_of(connection, ["police:P-1#0"]))["steps_and_bans"]
    assert sorted(one["what"] for one in held) == ["ban", "step", "step"]
    assert {one["by"] for one in held} == {"police"}
    assert "record" not in repr(held)


ALL_OF_THEM = [*(f"{ref}#{1 if ref == 'council:C-3' else 0}" for ref in REFS), "police:P-30#0"]


def test_an_erased_person_takes_their_steps_though_the_reports_stay(engine) -> None:
    ids = written(engine)
    with reading(engine) as connection:
        subject = subject_of(connection, ALL_OF_THEM)
    assert erase(engine, PARTNERSHIP, 500, subject, "ann", "asked for", NOW).proven
    with reading(engine) as connection:
        assert [one.id for one in all_kept(connection, "step", "ban", "breach")] == [ids["others"]]


def test_what_was_written_about_a_person_is_listed_for_them_and_shown_where_it_is_asked(engine) -> None:
    ids = written(engine)
    with writing(engine) as connection:
        note = desk_of(connection).make(Task(what="Ask Mr Quillfeather", owner="council", team="Rangers"))
        desk_of(connection).make(Task(what="Ask Mr Garside", owner="council", team="Rangers"))
    with reading(engine) as connection:
        subject = subject_of(connection, ALL_OF_THEM)
        listed = {one["where"]: one for one in holdings(connection, subject)["written"]}
        shown = {one["where"]: one for one in holdings(connection, subject, words=True)["written"]}
    assert set(listed) == {f"work:{id}" for id in (*ids.values(), note)}
    assert "Zebedee" not in repr(listed)
    assert listed[f"work:{ids['theirs']}"]["because"] == "it is about them"
    assert listed[f"work:{ids['note']}"]["because"] == "it is about an alert that rests on a report naming them"
    assert listed[f"work:{ids['others']}"]["because"] == "they are named in it, by one name alone"
    assert listed[f"work:{note}"]["because"] == "they are named in it, by one name alone"
    assert shown[f"work:{ids['note']}"]["words"] == {"text": SECRET}


def test_words_that_may_still_name_the_erased_are_listed_for_a_person_and_no_id_of_theirs_is_left(engine) -> None:
    named = {}
    with reading(engine) as connection:
        theirs = subject_of(connection, ["police:P-1#0"])
        person = connection.execute(select(Member.entity).where(Member.item.in_(theirs.mentions))).scalar_one()
    with writing(engine) as connection:
        desk = desk_of(connection)
        named["task"] = desk.make(Task(what="Ask Quillfeather, Zebedee", owner="council", team="Rangers"))
        named["given"] = desk.make(Task(what=SECRET, owner="council", team="Rangers"))
        named["held"] = desk.make(Ban.model_validate({"holder": "Z Quillfeather", **BAN}))
        desk.make(Ban.model_validate({"holder": "Ruth Garside", **BAN}))
        both = desk.make(a_step(Subject(kind="person", id=person, mentions=about(*REFS, "police:P-11").mentions)))
        add(connection, Hold, [released(person), released("police:P-11")])
        said = {"at": NOW, "actor": "ann", "act": "consultation", "detail": {"person": person}, "why": SECRET}
        log(connection, "page", [{**said, "subject": "alert:a"}])
    take(engine, [report("fire", 40, 13, summary="Then Zebedee QUILLFEATHER came")], first=40)
    with reading(engine) as connection:
        subject = subject_of(connection, ALL_OF_THEM)
    done = erase(engine, PARTNERSHIP, 500, subject, "ann", "he wrote to us", NOW)
    assert done.proven, done.left
    left = {f"work:{both}": MAYBE, f"hold:{identity('hold', 'police:P-11')}": MAYBE}  # others' own, naming them
    assert {(one.where, one.how) for one in done.named} == {
        *left.items(),
        (f"work:{named['task']}", NAMED),
        (f"work:{named['held']}", MAYBE),
        (f"work:{named['given']}", MAYBE),
        ("fire:F-40", NAMED),
    }
    # the role that stays in their place has the name of their first mention
    assert columns_with(engine, person) <= {"audit.detail", "audit.subject", "member.entity"}
    with reading(engine) as connection:
        assert kept(connection, both).record.subject.mentions == about("police:P-11").mentions
        assert connection.execute(select(Hold.subject)).scalars().all() == ["police:P-11"]
    with writing(engine) as connection:
        for one in done.named:
            assert redact(connection, one.where) or one.where == "fire:F-40"
    with reading(engine) as connection:
        assert prove(connection, "00" * 32).flaws == ()
    assert columns_with(engine, "Quillfeather") == columns_with(engine, "Zebedee") == set()


BAN = {"kind": "pubwatch", "conditions": "Not before six", "start": "2026-03-12"}


def released(subject: str) -> dict[str, Any]:
    row = {"id": identity("hold", subject), "subject": subject, "at": NOW, "by": "ann", "why": SECRET}
    return row | {"released_at": NOW}


def desk_of(connection: Connection) -> Desk:
    return Desk(connection=connection, keep=Log(), at=NOW, by="user:ann", agency="police")
