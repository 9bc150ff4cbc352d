"""What people write freely is found wherever it is kept, and taken out with all that it said before."""

import pytest
from sqlalchemy import Engine, String, Text, cast, select

from schemas.tables import Access, Base, Hold, Judgement, Review, Said, Subscription
from schemas.work import KINDS, Ban, Breach, CaseReview, Note, Premises, Problem, Step, Subject, Task
from streams.keeping.log import COMMANDS, log
from streams.keeping.naming import LIKELY, MAYBE, NAMED, UNLIKELY, Called, in_what_people_wrote
from streams.keeping.words import redact, written
from streams.keeping.work_words import ERASED, OF_WORK
from streams.store import add, reading, writing
from tests.consumers.accounts.conftest import engine
from tests.consumers.work.making import NOW, desk

__all__ = ["engine"]
SECRET = "Zebedee Quillfeather was seen at the arcade"
ZEBEDEE = Called(
    names=frozenset({("zebedee", "quillfeather")}),
    alone=frozenset({"quillfeather", "zebedee"}),
    numbers=frozenset({"700900461"}),
    marks=frozenset({"zeb@example.org"}),
)
# Names of things, days, and answers that are one of a few: no words.
CODES = {"alert", "lead", "owner", "lender", "rung", "kind", "report", "subject", "days", "checks", "other", "why"}


def test_the_table_has_each_word_that_people_write_of_work() -> None:
    for kind, of in KINDS.items():
        fields = {
            name
            for name, said in of.model_json_schema()["properties"].items()
            if "maxLength" in repr(said) and "items" not in said and name not in CODES
        }
        assert fields == set(OF_WORK[kind]), kind


def all_places(engine: Engine) -> None:
    """A secret in every place that people write to."""
    at = {"at": NOW, "by": "ann"}
    person = Subject(kind="person", id="p", mentions=("m",))
    with desk(engine) as mine:
        task = mine.make(Task(what=SECRET, owner="council", team=SECRET, place=SECRET))
        mine.change(task, Task(what="Walk there", owner="council", team="Rangers"), seen=1)
        mine.make(Problem(title=SECRET, lead="police", place=SECRET, state="closed", outcome=SECRET))
        mine.make(Note(stage="analysis", text=SECRET), parent="x")
        said = {"behaviour": SECRET}
        step = {"rung": "verbal-warning", "on": "2026-03-12", "team": SECRET, "outcome": SECRET}
        mine.make(Step.model_validate({"subject": person, "record": said, "skipped": said, **step}))
        ban = {"kind": "pubwatch", "start": "2026-03-12", "place": SECRET, "reference": SECRET, "why_ended": SECRET}
        mine.make(Ban.model_validate({"holder": SECRET, "conditions": SECRET, **ban}))
        mine.make(Breach.model_validate({"on": "2026-03-13", "what": SECRET, "place": SECRET, "notice": SECRET}))
        mine.make(Premises(name=SECRET, licence=SECRET, address=SECRET, uprn=SECRET, note=SECRET))
        review = {"reference": SECRET, "requested": "2026-03-12", "threshold": "met", "reason": SECRET}
        mine.make(CaseReview.model_validate({**review, "outcome": SECRET}))
    with writing(engine) as connection:
        body = {"reason": SECRET, "outcome": SECRET, "task": {"team": SECRET, "what": SECRET}, "who": "ann"}
        add(connection, Said, [{"id": "s", "alert": "a", "agency": "police", "at": NOW, "state": "x", "body": body}])
        asked = {"id": "k", "asker": "fire", "owner": "police", "about": "a", "asked_by": "ann", "asked_at": NOW}
        asked |= {"answer": "no", "answered_by": "bob", "answered_at": NOW, "opens": [], "until": None}
        add(connection, Access, [{**asked, "why": SECRET, "reason": SECRET}])
        add(connection, Hold, [{"id": "h", "subject": "police:1", "why": SECRET, "released_at": None, **at}])
        add(connection, Review, [{"ref": "police:1", "keep_until": NOW, "why": SECRET, **at}])
        judged = {"kind": "person", "a": "m1", "b": "m2", "judge": "ann", "verdict": "never", "bits": None, "at": NOW}
        add(connection, Judgement, [{**judged, "evidence": [], "rule": "r", "why": SECRET, "undone": False}])
        wish = {"id": "w", "user": "u", "channel": "c", "when": "live", "body": {}, "made_at": NOW, "ended_at": None}
        add(connection, Subscription, [{**wish, "name": SECRET}])
        entry = {"at": NOW, "actor": "ann", "act": "consultation", "subject": "person:p", "detail": {}}
        log(connection, COMMANDS, [{**entry, "why": SECRET}])


def columns_with(engine: Engine, text: str) -> set[str]:
    """Where a text stands in the store."""
    with reading(engine) as connection:
        return {
            f"{table.name}.{column.name}"
            for table in Base.metadata.sorted_tables
            for column in table.columns
            if isinstance(column.type, String | Text) or column.type.__class__.__name__ == "JSON"
            if connection.execute(select(column).where(cast(column, Text).contains(text)).limit(1)).first()
        }


def test_whatever_stands_anywhere_is_found_and_taken_out(store_url: str, engine: Engine) -> None:
    all_places(engine)
    with reading(engine) as connection:
        found = in_what_people_wrote(connection, ZEBEDEE)
        assert {one.where for one in found} == {one.where for one in written(connection)}
        assert {one.how for one in found} == {NAMED}
    assert {one.where.partition(":")[0] for one in found} == {
        "work", "said", "asking", "decision", "hold", "review", "log", "wish",
    }  # fmt: skip
    assert any("before change 2" in name for one in found for name in one.words)
    with writing(engine) as connection:
        for one in found:
            assert redact(connection, one.where), one.where
    assert columns_with(engine, "Quillfeather") == set()
    with reading(engine) as connection:
        assert in_what_people_wrote(connection, ZEBEDEE) == []
        for one in written(connection):
            if one.kind in KINDS:
                assert set(one.words.values()) <= {ERASED, "Walk there", "Rangers"}


def test_what_is_not_there_cannot_be_taken_out(engine: Engine) -> None:
    with writing(engine) as connection:
        assert not any(
            redact(connection, where)
            for where in ("work:none", "said:none", "decision:none", "hold:x", "log:x", "payroll:x", "work", "")
        )


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("saw ZEBEDEE  Quillfeather there", NAMED),
        ("Quillfeather, Zebedee (b. 1988)", NAMED),
        ("his brother Mr Quillfeather", MAYBE),
        ("rang +44 (0)7700 900461 twice", NAMED),
        ("07700-900-461", NAMED),
        ("mail to Zeb@Example.org", NAMED),
        ("Zébedée QUILLFEATHER", NAMED),
        ("Zebedee alone, and a quill", MAYBE),
        ("Zeb alone, and a quill", None),
        ("number 700900461234", None),
        ("", None),
    ],
)
def test_somebody_is_found_by_name_or_number(text: str, how: str | None) -> None:
    assert ZEBEDEE.found_in(text) == how


ROBERT = Called(names=frozenset({("robert", "stewart")}), alone=frozenset({"robert", "stewart"}))


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("Bob Stuart was seen", LIKELY),
        ("spoke to STEWARD, Rob", LIKELY),
        ("Rbert Stewert again", LIKELY),
        ("R. Stuart rang", LIKELY),
        ("Bobby came in", UNLIKELY),
        ("Mr Stuart came in", UNLIKELY),
        ("a bob or two for the steward", None),
        ("Rupert Seward came in", None),
        ("Bob told us that the bus was late and then that Mrs Stuart-Green had a dog", UNLIKELY),
        ("Robert said so", MAYBE),
    ],
)
def test_nicknames_and_misspellings_are_told_from_a_name_that_is_there(text: str, how: str | None) -> None:
    assert ROBERT.found_in(text) == how


def test_what_is_likely_is_listed_and_nothing_is_taken_out(engine: Engine) -> None:
    with writing(engine) as connection:
        add(connection, Hold, [{"id": "h", "subject": "x", "at": NOW, "by": "ann", "why": "Bob Stuart asked for it"}])
    with reading(engine) as connection:
        (found,) = in_what_people_wrote(connection, ROBERT)
        assert (found.where, found.how, found.words) == ("hold:h", LIKELY, ("why",))
        assert connection.execute(select(Hold.why)).scalar_one() == "Bob Stuart asked for it"
