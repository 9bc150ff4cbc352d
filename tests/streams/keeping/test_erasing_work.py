"""What people wrote down about somebody who is erased goes with them; what they wrote of others stays."""

import pytest
from sqlalchemy import select

from consumers.work.desk import Desk
from consumers.work.kept import all_kept, changes_of
from schemas.identity import identity
from schemas.tables import Told
from schemas.work import Ban, Breach, Note, Problem, Step, Subject, Task
from streams.keeping.access import holdings
from streams.keeping.erase import erase
from streams.keeping.subject import subject_of
from streams.store import reading, writing
from tests.consumers.accounts.people import Log
from tests.streams.keeping.town import NOW, OTHERS, PARTNERSHIP, THEIRS, report, store, zebedee

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
        desk = Desk(connection=connection, keep=Log(), at=NOW, by="user:ann", agency="police")
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


def test_an_erased_person_takes_their_steps_though_the_reports_stay(engine) -> None:
    ids = written(engine)
    with reading(engine) as connection:
        names = [*(f"{ref}#{1 if ref == 'council:C-3' else 0}" for ref in REFS), "police:P-30#0"]
        subject = subject_of(connection, names)
    assert erase(engine, PARTNERSHIP, 500, subject, "ann", "asked for", NOW).proven
    with reading(engine) as connection:
        assert [one.id for one in all_kept(connection, "step", "ban", "breach")] == [ids["others"]]
