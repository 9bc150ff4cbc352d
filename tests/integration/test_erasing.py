"""An erased person is off the broker's disk, out of the store's files, the logs and the exports, within the minute."""

import json
import time
from pathlib import Path

import pytest

from deploy.broker.embedded import ensure_broker
from deploy.erasing import erase_everywhere
from streams.export import EXPORTS
from streams.keeping.subject import subject_of
from streams.store import reading
from tests.conftest import broker_settings
from tests.integration.rig import rig
from tests.streams.keeping.town import CANARIES, OTHERS, THEIRS, found_in

pytestmark = pytest.mark.broker
WHOLE = [f"{body['agency']}:{body['id']}" for body in THEIRS]


def test_no_bytes_of_an_erased_person_are_anywhere_after_a_minute(tmp_path: Path) -> None:
    settings = broker_settings(tmp_path / "broker")
    with (
        ensure_broker(settings) as running,
        rig(running.bootstrap, f"sqlite:///{tmp_path / 'store.db'}", tmp_path) as made,
    ):
        made.start_worker()
        broken = {**THEIRS[0], "version": 9, "colour": "Zebedee Quillfeather"}
        for agency in ("police", "housing", "council", "fire"):
            mine = [body for body in (*THEIRS, broken, *OTHERS) if body["agency"] == agency]
            made.send(agency, [json.dumps(body).encode() for body in mine])
        made.settle()
        assert {word for _, word in found_in(tmp_path)} >= set(CANARIES) - {"17 Obadiah"}
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
        assert found_in(tmp_path) == []
        assert took < 60, took
        assert not [word for what in EXPORTS for word in CANARIES if word in "\n".join(made.export(what))]
        made.send("police", [json.dumps(THEIRS[0]).encode()])
        made.settle()
        assert found_in(tmp_path, ("Quillfeather",)) != [], "the redelivery lies on the topic for its time"
        assert 'P-1"' not in "\n".join(made.export("reports"))
        assert made.outcomes()["erased"] == len(THEIRS) + 2  # with what was refused, and the redelivery
