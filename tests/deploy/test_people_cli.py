"""People decide at the command line: what they see, what they say, and what comes of it at once."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from sqlalchemy import select
from typer.testing import CliRunner, Result

from deploy.cli import app
from deploy.cli.show_people import show_evidence
from schemas.kinds import vocabulary
from schemas.tables import Lease, Outbox, Waiting
from streams.carry_on import carry_on, worker_at_work
from streams.store import open_store, reading, writing
from tests.streams.clusters.deciding import report

A, B, C = "police:1#0", "housing:2#0", "fire:3#0"
HOME = {"text": "12 Alder Court", "postcode": "S41 7PT"}
BODIES = (
    report("police:1", "Marmaduke Thistlewood", "1990-04-12", address=HOME, description="[red]tall[/red]"),
    report("housing:2", "Marmaduke Thistlewood", minutes=5, address=HOME, description="tall\x1b[2J"),
    report("fire:3", "Peter Archibald Jones", "1961-01-30", 9),
)
Tocsin = Callable[..., Result]


@pytest.fixture
def tocsin(store_url: str, tmp_path: Path) -> Tocsin:
    file = tmp_path / "reports.jsonl"
    file.write_text("".join(json.dumps(body) + "\n" for body in BODIES))

    def run(*words: str, typed: str = "", well: bool = True) -> Result:
        environment = {"TOCSIN_STORE_URL": store_url, "TOCSIN_VAR": str(tmp_path / "var"), "COLUMNS": "100"}
        done = CliRunner().invoke(app, list(words), input=typed, env=environment)
        assert (done.exit_code == 0) == well, done.output
        return done

    run("replay", str(file))
    return run


def lines(done: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def people(tocsin: Tocsin) -> dict[str, str]:
    told = lines(tocsin("export", "people"))
    return {f"{line['agency']}:{line['report']}#{line['index']}": line["person"] for line in told}


def test_the_next_pair_is_shown_with_its_facts_and_evidence(tocsin: Tocsin) -> None:
    (pair,) = lines(tocsin("review", "--json", "--limit", "5"))
    assert {pair["a"]["item"], pair["b"]["item"]} == {A, B}
    assert {end["facts"]["name"] for end in (pair["a"], pair["b"])} == {BODIES[n]["people"][0]["name"] for n in (0, 1)}
    assert 0 < pair["probability"] < 1
    assert sum(claim["bits"] for claim in pair["evidence"]) == pytest.approx(pair["bits"], abs=0.05)


def test_blind_no_program_is_told_either_what_the_machine_makes_of_a_pair(tocsin: Tocsin) -> None:
    (pair,) = lines(tocsin("review", "--json", "--blind"))
    assert {pair["a"]["item"], pair["b"]["item"]} == {A, B}
    assert pair.keys().isdisjoint({"bits", "probability", "evidence", "doubt"})


def test_a_long_claim_is_told_whole() -> None:
    told = vocabulary("people")["household"]["says"]
    out = Console(width=100, record=True, file=StringIO())
    show_evidence(out, -3.0, None, [{"says": told, "bits": -3.0}])
    assert " ".join(re.findall(r"[a-z]+", out.export_text().lower())).startswith(
        " ".join(re.findall(r"[a-z]+", told.lower()))
    )


def test_a_review_asks_until_it_is_answered_and_acts_at_once(tocsin: Tocsin) -> None:
    done = tocsin("review", "--by", "ann", typed="what\nsame\n\nThe same tattoo\n")
    assert "[red]tall[/red]" in done.stdout
    assert "\x1b" not in done.stdout
    assert "1990-04-12" in done.stdout
    assert "bits" in done.stdout
    assert all(len(line) <= 100 for line in done.stdout.splitlines())
    assert "Nothing is left to look at." in done.stdout
    now = people(tocsin)
    assert now[A] == now[B] != now[C]
    (entry,) = lines(tocsin("decisions", "--json"))
    assert (entry["by"], entry["verdict"], entry["why"], entry["undone"]) == ("ann", "same", "The same tattoo", False)


def test_a_blind_review_shows_the_evidence_only_once_judged(tocsin: Tocsin) -> None:
    assert "bits" not in tocsin("review", "--blind", typed="quit\n").stdout
    done = tocsin("review", "--blind", "--by", "ann", typed="never\nAnother man\n").stdout
    assert done.index("why") < done.index("bits")


def test_who_is_unsure_is_not_asked_again_but_others_are(tocsin: Tocsin) -> None:
    tocsin("decide", A, B, "--unsure", "--by", "ann")
    assert lines(tocsin("review", "--json", "--by", "ann")) == []
    assert len(lines(tocsin("review", "--json", "--by", "bob"))) == 1
    assert "Nothing is left but what you skipped." in tocsin("review", "--by", "bob", typed="skip\n").stdout


def test_a_decision_is_taken_back_to_what_was_before(tocsin: Tocsin) -> None:
    before = tocsin("export", "people").stdout
    tocsin("decide", A, C, "--same", "--why", "Seen together", "--by", "ann")
    (told,) = lines(tocsin("decide", B, C, "--same", "--why", "Seen together", "--by", "ann", "--json"))
    assert told["done"]
    assert set(told["person"].values()) == {people(tocsin)[A]}
    tocsin("decide", "apart", C, "--why", "No", "--by", "bob")
    now = people(tocsin)
    assert now[C] not in (now[A], now[B])
    for one, other in ((A, C), (B, C), (A, C), (B, C)):
        tocsin("decide", "undo", one, other, "--why", "It was a mistake", "--by", "cat")
    assert tocsin("export", "people").stdout == before
    assert "(undone)" in tocsin("decisions").stdout


@pytest.mark.parametrize(
    "words",
    [
        ("decide", A, B),
        ("decide", A, B, "--same", "--never", "--why", "x"),
        ("decide", A, B, "--same"),
        ("decide", A, "--same", "--why", "x"),
        ("decide", A, A, "--same", "--why", "x"),
        ("decide", "police:1", B, "--same", "--why", "x"),
        ("decide", A, "police:99#0", "--same", "--why", "x"),
        ("decide", "undo", A, B, "--why", "x"),
        ("decide", "undo", A, B, "--same", "--why", "x"),
        ("decide", "apart", C, "--why", "x"),
        ("review", "--kind", "place"),
        ("explain", "person", "nobody"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(tocsin: Tocsin, words: tuple[str, ...]) -> None:
    done = tocsin(*words, well=False)
    assert done.exit_code in (1, 2)
    assert done.stderr.strip()
    assert lines(tocsin("decisions", "--json")) == []


def test_a_judgement_of_a_report_amended_to_speak_of_another_is_asked_about_again(
    tocsin: Tocsin, tmp_path: Path
) -> None:
    tocsin("decide", A, C, "--same", "--why", "Seen together", "--by", "ann")
    file = tmp_path / "amended.jsonl"
    file.write_text(json.dumps({**BODIES[2], **report("fire:3", "Sarah Mellor", minutes=9), "version": 2}) + "\n")
    tocsin("replay", str(file))
    (entry,) = lines(tocsin("decisions", "--json"))
    assert entry["look_again"]
    assert "looked at again" in tocsin("decisions").stdout
    first, *_ = lines(tocsin("review", "--json"))
    assert ({first["a"]["item"], first["b"]["item"]}, first["again"]) == ({A, C}, True)
    tocsin("decide", A, C, "--never", "--why", "Another person now", "--by", "ann")
    assert not any(line["again"] for line in lines(tocsin("review", "--json", "--limit", "9")))


PUB = {"name": "The Red Lion", "text": "Vicar Lane", "postcode": "S40 1AA"}


def night(agency: str, number: int, start: int, **more: Any) -> dict[str, Any]:
    """A theft at a pub, so many minutes into the evening."""
    at = datetime(2024, 5, 3, 20, tzinfo=UTC) + timedelta(minutes=start)
    return {
        "id": str(number),
        "agency": agency,
        "reported_at": (at + timedelta(hours=1)).isoformat(),
        "occurred": {"from": at.isoformat(), "to": (at + timedelta(minutes=10)).isoformat()},
        "category": "theft-from-the-person",
        "place": PUB,
        **more,
    }


def test_an_incident_is_reviewed_and_explained_in_words(tocsin: Tocsin, tmp_path: Path) -> None:
    file = tmp_path / "night.jsonl"
    graded = {"grading": {"source": "1", "information": "B", "handling": "P"}, "summary": "Purse taken"}
    bodies = (night("police", 71, 0, **graded), night("licensing", 72, 5), night("fire", 73, 75))
    file.write_text("".join(json.dumps(body) + "\n" for body in bodies))
    tocsin("replay", str(file))
    (told,) = [line for line in lines(tocsin("export", "incidents")) if "police:71" in line["reports"]]
    assert told["reports"] == ["licensing:72", "police:71"]
    assert told["corroborated_by"] == ["licensing"]
    assert told["gradings"] == {"police:71": graded["grading"]}
    shown = tocsin("explain", "incident", told["incident"]).stdout
    for words in (
        "Told in 2 reports: by police, borne out by licensing.",
        "When: 2024-05-03 21:00 to 21:10, as it is told most narrowly; 2024-05-03 21:00 to 21:15 by all",
        "1BP",
        "“Purse taken”",
        "The same premises.",
        "The times do not meet.",
        "would join.",
    ):
        assert words in shown, words
    asked = tocsin("review", "--kind", "incident", "--by", "ann", typed="never\nAnother purse\n").stdout
    assert "Why you are asked: The times do not meet." in asked
    assert "are now two incidents" in asked
    assert "Nothing is left to look at." in asked


def test_incidents_are_decided_on_too(tocsin: Tocsin) -> None:
    tocsin("decide", "police:1", "fire:3", "--same", "--why", "One night", "--by", "ann", "--kind", "incident")
    held = [line for line in lines(tocsin("export", "incidents")) if "fire:3" in line["reports"]]
    assert "police:1" in held[0]["reports"]
    shown = tocsin("explain", "incident", held[0]["incident"]).stdout
    assert "One night" in shown


def test_an_explanation_is_readable_and_follows_an_old_id(tocsin: Tocsin) -> None:
    was = people(tocsin)
    tocsin("decide", A, B, "--same", "--why", "The same tattoo", "--by", "ann")
    person = people(tocsin)[A]
    (old,) = {was[A], was[B]} - {person}
    shown = tocsin("explain", "person", old).stdout
    assert f"asked for as {old}" in shown
    assert "The same tattoo" in shown
    assert all(len(line) <= 100 for line in shown.splitlines())
    (facts,) = lines(tocsin("explain", "person", person, "--json"))
    assert facts["entity"] == person
    assert facts["links"][0]["people"][0]["by"] == "ann"


def test_tidying_twice_changes_nothing(tocsin: Tocsin) -> None:
    for _ in range(2):
        (told,) = lines(tocsin("tidy", "--all", "--json"))
        assert told == {"looked_at": len(set(people(tocsin).values())), "changed": {}}


def test_what_is_owed_is_left_for_the_relay(tocsin: Tocsin, store_url: str) -> None:
    engine = open_store(store_url)
    owed = select(Outbox.seq)
    with writing(engine) as connection:
        connection.execute(Outbox.__table__.delete())  # type: ignore[attr-defined]
    tocsin("decide", "police:1", "fire:3", "--same", "--why", "One night", "--by", "ann", "--kind", "incident")
    with reading(engine) as connection:
        assert connection.execute(owed).all()
        assert not connection.execute(select(Waiting.seq)).all()
    engine.dispose()


def test_a_worker_at_work_is_left_to_do_it(tocsin: Tocsin, store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_store(store_url)
    until = datetime.now(UTC) + timedelta(minutes=5)
    with writing(engine) as connection:
        connection.execute(Lease.__table__.insert(), [{"name": "relay", "holder": "w", "until": until}])  # type: ignore[attr-defined]
        connection.execute(Waiting.__table__.insert(), [{"stage": "matching", "key": "police:1"}])  # type: ignore[attr-defined]
    monkeypatch.setattr("streams.carry_on._PATIENCE_S", 0.2)
    assert not carry_on(engine, {}, 10)
    with reading(engine) as connection:
        assert worker_at_work(connection, until - timedelta(seconds=1))
        assert not worker_at_work(connection, until)
        assert connection.execute(select(Waiting.key)).scalars().all() == ["police:1"]
    engine.dispose()
