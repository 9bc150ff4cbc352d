"""A person is erased in a whole Tocsin, and looked for in every file: the store's, the broker's, logs, exports."""

import json
import time
from pathlib import Path

from sqlalchemy import Engine, text

from deploy.broker.embedded import ensure_broker
from deploy.erasing import erase_everywhere
from streams.export import EXPORTS
from streams.keeping.subject import subject_of
from streams.store import reading
from tests.conftest import broker_settings
from tests.integration.rig import Rig, rig
from tests.streams.keeping.town import CANARIES, OTHERS, THEIRS, found_in

WHOLE = [f"{body['agency']}:{body['id']}" for body in THEIRS]


def erased_without_a_trace(folder: Path, store_url: str) -> tuple[float, float]:
    """Erase them and find no byte; after how many seconds nothing could be read, and nothing was there."""
    settings = broker_settings(folder / "broker")
    with ensure_broker(settings) as running, rig(running.bootstrap, store_url, folder) as made:
        made.start_worker()
        _report(made)
        files = (_database(made.engine) or [folder])[0]
        assert {word for _, word in found_in(files)} >= {"Quillfeather", "07700900461"}
        assert {word for _, word in _found(folder, made.engine)} >= set(CANARIES) - {"17 Obadiah"}
        with reading(made.engine) as connection:
            subject = subject_of(connection, WHOLE)
        started = time.monotonic()
        done, told = erase_everywhere(
            made.engine, made.settings, made.partnership, subject, "ann", "asked for", topics=True
        )
        took = time.monotonic() - started
        assert done.proven, (done.settled, done.left)
        assert told == []
        assert done.unreadable_after_s < 1
        assert _found(folder, made.engine) == []
        assert took < 60, took
        assert not [word for what in EXPORTS for word in CANARIES if word in "\n".join(made.export(what))]
        made.send("police", [json.dumps(THEIRS[0]).encode()])
        made.settle()
        assert found_in(folder, ("Quillfeather",)) != [], "the redelivery lies on the topic for its time"
        assert 'P-1"' not in "\n".join(made.export("reports"))
        assert made.outcomes()["erased"] == len(THEIRS) + 2  # with what was refused, and the redelivery
    return done.unreadable_after_s, took


def _report(made: Rig) -> None:
    broken = {**THEIRS[0], "version": 9, "colour": "Zebedee Quillfeather"}
    for agency in ("police", "housing", "council", "fire"):
        mine = [body for body in (*THEIRS, broken, *OTHERS) if body["agency"] == agency]
        made.send(agency, [json.dumps(body).encode() for body in mine])
    made.settle()


def _found(folder: Path, engine: Engine) -> list[tuple[str, str]]:
    return [found for one in (folder, *_database(engine)) for found in found_in(one)]


def _database(engine: Engine) -> list[Path]:
    """Where PostgreSQL keeps what is in this store, and its log; a SQLite file lies in the test's own folder."""
    if engine.dialect.name == "sqlite":
        return []
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("checkpoint"))
        folder = Path(connection.execute(text("show data_directory")).scalar_one())
        oid = connection.execute(text("select oid from pg_database where datname = current_database()")).scalar_one()
    return [folder / "base" / str(oid), folder / "pg_wal"]
