"""A store with a few people in it, one of whom is to be nowhere."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from deploy.store import ready_store
from schemas.agencies import load_partnership
from schemas.settings import Settings
from streams.intake.keep import take_reports
from streams.issues.days import close_days
from streams.ledger import Record
from streams.outbox import owe
from streams.pipeline import drain
from streams.store import writing
from tests.streams.intake.making import raw

PARTNERSHIP = load_partnership()
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
CANARIES = ("Zebedee", "Quillfeather", "07700900461", "zeb.quill@example.org", "Marzipan", "Obadiah Mews", "17 Obadiah")


def report(agency: str, number: int, day: int, **others: Any) -> dict[str, Any]:
    """A report of a day in March, at a place of its own."""
    when = f"2026-03-{day:02}T20:00:00+00:00"
    body: dict[str, Any] = {
        "id": f"{agency[:1].upper()}-{number}",
        "agency": agency,
        "reported_at": f"2026-03-{day:02}T21:00:00+00:00",
        "occurred": {"from": when, "to": when},
        "category": "anti-social-behaviour",
        "summary": f"Shouting, number {number}.",
        "place": {"text": f"{number} Larch Road", "postcode": "S41 7QW"},
    }
    return body | others


def zebedee(**others: Any) -> dict[str, Any]:
    """The one who is to be nowhere."""
    told = {"role": "suspect", "name": "Zebedee Quillfeather", "born": "1988-04-17", "phones": ["07700900461"]}
    told |= {"emails": ["zeb.quill@example.org"], "address": {"text": "17 Obadiah Mews"}}
    return told | others


def other(name: str = "Ruth Garside", **others: Any) -> dict[str, Any]:
    """Somebody else."""
    return {"role": "witness", "name": name, "born": "1971-09-02", **others}


THEIRS = [
    report("police", 1, 2, people=[zebedee(), other()], summary="Zebedee Quillfeather shouted 'Marzipan'"),
    report("housing", 2, 5, people=[zebedee(role="subject")], place={"text": "17 Obadiah Mews", "postcode": "S41 7QW"}),
    report("council", 3, 9, people=[other("Agnes Tolley"), zebedee()], summary="Marzipan again, says Zebedee"),
    report("police", 4, 11, people=[zebedee()], summary="Marzipan"),
]
OTHERS = [
    report("police", 11, 3, people=[other()], summary="Ruth saw it"),
    report("housing", 12, 6, people=[other()], place={"text": "3 Larch Road", "postcode": "S41 7QW"}),
    report("fire", 13, 8, people=[other("Agnes Tolley", born="1990-01-05")]),
]


def store(url: str, bodies: list[dict[str, Any]]) -> Engine:
    """A store that took the reports through every stage, with nothing published yet."""
    engine = ready_store(Settings(store=url))
    take(engine, bodies)
    return engine


def take(engine: Engine, bodies: list[Any], first: int = 0) -> None:
    """Take reports as a replay does."""
    values = [body if isinstance(body, bytes) else raw(body) for body in bodies]
    records = [
        Record(source="file:t", partition=0, offset=first + n, key=None, value=value, taken_at=NOW, agency=None)
        for n, value in enumerate(values)
    ]
    with writing(engine) as connection:
        owe(connection, take_reports(connection, records, PARTNERSHIP))
    drain(engine, PARTNERSHIP, 500)
    with writing(engine) as connection:
        close_days(connection, NOW, through=True)
    drain(engine, PARTNERSHIP, 500)


def found_in(folder: Path, words: tuple[str, ...] = CANARIES) -> list[tuple[str, str]]:
    """Which words stand in which files of a folder, whatever wrote them."""
    found = []
    for file in sorted(one for one in folder.rglob("*") if one.is_file()):
        try:
            lower = file.read_bytes().lower()
        except FileNotFoundError:  # the broker let a segment go meanwhile: nothing stands in it
            continue
        found += [(file.name, word) for word in words if word.lower().encode() in lower]
    return found
