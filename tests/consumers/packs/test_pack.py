"""Packs: what stands in them, how they are marked, and that the same store and day give the same bytes."""

import io
import zipfile
from datetime import date
from typing import Any

from docx import Document
from sqlalchemy import Engine

from consumers.accounts.log import Entry
from consumers.packs import Pack, give, make_pack, meeting_for, pdf_of, word_of
from consumers.packs.sheet import sheet_of
from schemas.agencies import load_partnership
from schemas.tables import Clock, OpenReport
from streams.store import add, reading, writing
from tests.consumers.accounts.people import NOW, Log
from tests.consumers.packs.telling import everyone_knows, tell_all

DAY = date(2024, 3, 11)  # a Monday
PERSON = {"person": {"id": "x", "name": "Ricky Thorn", "born": "1990-04-12"}, "kind": "repeat-person"}


def a_pack(engine: Engine, whom: str | None = None, cadence: str = "weekly", **others: Any) -> Pack:
    partnership = load_partnership()
    with reading(engine) as connection:
        return make_pack(
            connection, partnership, meeting_for(cadence, whom, partnership), DAY, everyone_knows, **others
        )


def an_incident(number: int, agency: str = "police", category: str = "burglary", happened: str = "2024-03-06") -> Any:
    return {
        "ref": f"{agency}:{number}", "uid": f"u{number}", "incident": f"i{number}", "agency": agency,
        "reported_at": NOW.replace(year=2024, month=3, day=7), "reported_on": "2024-03-07", "happened_on": happened,
        "lag": 0.0, "category": category, "detail": None, "terms": [], "names": [], "first": f"{agency}:{number}",
        "week": "2024-W10",
        "counts": {"areas": ["Newbold"], "category": category, "detail": None, "agencies": [agency]},
    }  # fmt: skip


def test_items_are_numbered_the_gravest_first_and_the_rest_is_said(engine: Engine) -> None:
    tell_all(engine, 1, severity="low", score=1.0)
    tell_all(engine, 2, severity="high", score=9.0, state="tasked")
    tell_all(engine, 3, state="closed", severity="high")
    tell_all(engine, 4, raised_at="2024-01-01T10:00:00Z", updated_at="2024-01-02T10:00:00Z")
    pack = a_pack(engine)
    assert [(item.number, item.title) for item in pack.items] == [(1, "Burglaries, run 2"), (2, "Burglaries, run 1")]
    assert pack.closed == ["Near repeat: burglary, Newbold"]
    assert a_pack(engine, cadence="monthly").items[0].reports == []


def test_no_person_is_named_unless_it_is_asked_for(engine: Engine) -> None:
    said = {"title": "Third incident of Thorn", "why": ["Thorn was there.", "3 incidents.", "Also repeat victim: Ann."]}
    tell_all(engine, 1, **PERSON, **said, place={"id": "p", "text": "12 High Street"})
    plain = sheet_of(a_pack(engine))
    assert not any(word in str(plain) for word in ("Thorn", "Ricky", "1990-04-12", "High Street", "Ann"))
    assert plain["items"][0]["title"] == "Repeat person: burglary"
    assert plain["items"][0]["reasons"] == ["3 incidents.", "Also repeat victim."]
    named = a_pack(engine, named=True)
    assert named.items[0].person == "Ricky Thorn, born 1990-04-12"
    assert named.marking == "OFFICIAL-SENSITIVE"


def test_only_what_all_who_sit_there_may_know(engine: Engine) -> None:
    tell_all(engine, 1, agencies=("police", "fire"))
    assert len(a_pack(engine, "police").items) == len(a_pack(engine, "police,fire").items) == 1
    assert a_pack(engine, "police,housing").items == []
    assert a_pack(engine).items == []


def test_incidents_are_counted_where_all_may_know_of_them(engine: Engine) -> None:
    rows = [an_incident(n) for n in range(6)] + [an_incident(9, category="robbery")]
    with writing(engine) as connection:
        add(connection, OpenReport, rows)
        add(connection, Clock, [{"name": "days", "at": NOW.replace(year=2024, month=3, day=11)}])
    counts = a_pack(engine).counts
    assert counts.periods[-1] == ("4 Mar to 10 Mar", 7)
    assert [(row.name, row.now) for row in counts.categories] == [("Other categories together", 7)]
    assert a_pack(engine, "police,door-staff").counts.periods == ()
    with writing(engine) as connection:
        connection.execute(Clock.__table__.update().values(at=NOW.replace(year=2028)))
    assert a_pack(engine).counts.periods == ()  # what was told by the agreement may be held no longer


def test_the_same_store_and_day_give_the_same_bytes(engine: Engine) -> None:
    tell_all(engine, 1, severity="high")
    assert pdf_of(a_pack(engine)) == pdf_of(a_pack(engine))
    assert word_of(a_pack(engine)) == word_of(a_pack(engine))


def test_the_word_file_is_marked_on_every_page_numbered_and_has_room_for_minutes(engine: Engine) -> None:
    tell_all(engine, 1, severity="high", handling={"classification": "OFFICIAL-SENSITIVE"})
    file = word_of(a_pack(engine))
    page = Document(io.BytesIO(file))
    head, foot = page.sections[0].header.paragraphs[0].text, page.sections[0].footer.paragraphs[0]
    assert head == "OFFICIAL-SENSITIVE"
    assert "OFFICIAL-SENSITIVE" in foot.text
    assert "PAGE" in foot._p.xml
    assert "NUMPAGES" in foot._p.xml
    assert any(paragraph.text.startswith("1. Burglaries, run 1") for paragraph in page.paragraphs)
    assert page.tables[-1].rows[0].cells[0].text == "Item"
    assert len(page.tables[-1].rows) == 13
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        assert any(name.endswith(".png") for name in parts.namelist())


def test_markup_in_a_report_stays_text(engine: Engine) -> None:
    tell_all(engine, 1, title='#panic("x") <script>alert(1)</script> $x$', why=["*bold* _it_ @ref", "]]>"])
    assert pdf_of(a_pack(engine)).startswith(b"%PDF-")
    assert word_of(a_pack(engine))


def test_giving_a_pack_is_logged_for_each_who_gets_it(engine: Engine) -> None:
    tell_all(engine, 1)
    log, pack = Log(), a_pack(engine, "police,fire")
    with writing(engine) as connection:
        give(connection, log, pack, b"file", at=NOW, by="user:1")
    lines: list[Entry] = log.entries
    assert [(line["act"], line["detail"]["to"]) for line in lines] == [("disclosure", "fire"), ("disclosure", "police")]
    assert lines[0]["subject"] == "pack:weekly:2024-03-11"
    assert lines[0]["detail"]["reports"] == ["housing:13", "police:11"]
