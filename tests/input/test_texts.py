"""What looks like code, markup or another field is kept as it was sent, and goes through every stage."""

import json

from sqlalchemy import Connection, select

from deploy.store import migrate
from schemas.tables import Received, ReportVersion, Waiting
from streams.export import EXPORTS, export_lines
from streams.intake.keep import take_reports
from streams.keeping.bodies import bodies
from streams.ledger import take_run
from streams.pipeline import drain
from streams.store import open_store, reading
from tests.input.texts import TEXTS
from tests.streams.intake.making import PARTNERSHIP, raw, record, report


def saying(number: int, text: str) -> dict[str, object]:
    """A report that has the text wherever a text may stand."""
    short = text[:200].strip() or "x"
    return report(
        id=f"T-{number}",
        summary=text,
        detail="noise",
        people=[
            {"role": "suspect", "name": short, "aliases": [short], "description": text[:2000], "occupation": short},
            {"role": "victim", "given": short, "family": short, "phones": [short], "emails": [short]},
            {"role": "witness", "name": "Ann Ashe", "identifiers": {"tenancy": short}, "address": {"text": short}},
        ],
        place={"text": short, "name": short},
        vehicles=[{"vrm": short[:10].strip() or "x", "description": short}],
        extension={"of their own": text, "more": [text]},
    )


def test_text_is_only_text(store_url: str) -> None:
    engine = open_store(store_url)
    migrate(engine)
    run = [record(saying(number, text), number) for number, text in enumerate(TEXTS.values())]
    take_run(engine, run, lambda connection, records: take_reports(connection, records, PARTNERSHIP))
    aside: list[tuple[str, str]] = []
    drain(engine, PARTNERSHIP, 20, failed=lambda *failed: aside.append(failed))
    with reading(engine) as connection:
        assert (aside, connection.execute(select(Waiting.key)).all()) == ([], [])
        assert connection.execute(select(Received.outcome)).scalars().all() == ["accepted"] * len(TEXTS)
        kept_as_sent(connection)
        exported_a_line_each(connection)
    engine.dispose()


def test_there_are_many() -> None:
    assert len(TEXTS) >= 80


def kept_as_sent(connection: Connection) -> None:
    uids = dict(connection.execute(select(ReportVersion.id, ReportVersion.uid)).all())
    kept = dict(bodies(connection, uids.values()))
    for number, text in enumerate(TEXTS.values()):
        assert kept[uids[f"T-{number}"]] == raw(saying(number, text))


def exported_a_line_each(connection: Connection) -> None:
    for what in EXPORTS:
        lines = list(export_lines(connection, what))
        assert all(isinstance(json.loads(line), dict) for line in lines)
        assert not any("\n" in line or "\r" in line for line in lines)
    assert len(list(export_lines(connection, "reports"))) == len(TEXTS)
