"""A Tocsin under fault: reports are sent all the while, its ledger is watched, and at the end it is judged."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from kafka import KafkaProducer
from sqlalchemy.exc import SQLAlchemyError

from deploy.verifying import Source, figures, verify
from schemas.topics import INBOUND, RECEIPTS
from streams.export import EXPORTS
from streams.ledger import positions
from streams.store import open_store
from tests.integration.reports import report, told_of
from tests.integration.rig import Rig, run_of_file

AGENCIES = ("police", "housing", "fire")
BEAT_S = 0.1
# What a fault on a machine that is busy with others may take to be over and all taken, and each report more.
PATIENCE_S, FOR_EACH_S = 600.0, 0.2

Body = dict[str, Any]


def patience_for(reports: int) -> float:
    """How many seconds what is to be done about so many reports may take."""
    return PATIENCE_S + FOR_EACH_S * reports


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the table: the fault, how often it struck, and what came of the reports sent meanwhile."""

    fault: str
    often: str
    sent: int
    lost: int
    twice: int
    recovered_s: float | None
    beside: str = ""


def bodies_for(count: int) -> list[tuple[str, Body]]:
    """Reports of three agencies in turn, every sixtieth of one person."""
    made = []
    for number in range(count):
        agency, n = AGENCIES[number % len(AGENCIES)], number // len(AGENCIES)
        made.append((agency, told_of(agency, n) if n % 60 == 0 else report(agency, n)))
    return made


class Feeding(threading.Thread):
    """Sends reports at an even pace, as agencies would, and knows which of them the broker acknowledged."""

    def __init__(self, bootstrap: str, bodies: list[tuple[str, Body]], seconds: float) -> None:
        super().__init__(daemon=True)
        self.bodies, self.acknowledged = bodies, [False] * len(bodies)
        self.probes: list[tuple[str, Body]] = []
        self._address, self._pace = bootstrap, seconds / max(1, len(bodies))

    def run(self) -> None:
        producer = KafkaProducer(
            bootstrap_servers=self._address,
            acks="all",
            linger_ms=5,
            delivery_timeout_ms=300_000,
            max_block_ms=300_000,
        )
        futures = []
        begun = time.monotonic()
        for number, (agency, body) in enumerate(self.bodies):
            time.sleep(max(0.0, begun + number * self._pace - time.monotonic()))
            key = str(body["id"]).encode()
            futures.append(producer.send(INBOUND.topic(agency), key=key, value=json.dumps(body).encode()))
        for number, future in enumerate(futures):
            future.get(timeout=300)
            self.acknowledged[number] = True
        producer.close()


class Pulse(threading.Thread):
    """Watches from outside how far the ledger is, ten times a second."""

    def __init__(self, store_url: str) -> None:
        super().__init__(daemon=True)
        self._engine = open_store(store_url)
        self._over = threading.Event()
        self.moved: list[float] = []  # the moments at which it was found further than before

    def run(self) -> None:
        last = -1
        while not self._over.wait(BEAT_S):
            try:
                now = sum(positions(self._engine).values())
            except SQLAlchemyError:
                continue  # away, like for everybody
            if now > last:
                self.moved.append(time.monotonic())
                last = now

    def stop(self) -> None:
        self._over.set()
        self.join()
        self._engine.dispose()

    def after(self, moment: float) -> float | None:
        """Seconds until the ledger moved on after a moment; None where it never did."""
        return next((at - moment for at in self.moved if at > moment), None)

    def longest_pause(self, since: float, until: float) -> float:
        """The longest time for which it stood still."""
        beats = [since, *(at for at in self.moved if since < at < until), until]
        return max(b - a for a, b in pairwise(beats))


@dataclass(kw_only=True)
class Scene:
    """What a fault is tried on."""

    rig: Rig
    feeding: Feeding
    pulse: Pulse

    @property
    def patience(self) -> float:
        """How long what is to be done about all reports may take."""
        return patience_for(len(self.feeding.bodies))

    @property
    def taken(self) -> int:
        return sum(self.rig.outcomes().values())

    def until_taken(self, part: float) -> None:
        """Wait until a part of all reports was taken."""
        least = int(len(self.feeding.bodies) * part)
        self.rig.until(lambda: self.taken >= least, f"{least} taken", self.patience)

    def going_again(self) -> float:
        """Send one more report, and wait for the ledger to move; seconds from now until it did."""
        since = time.monotonic()
        probe = report("police", 100_000 + len(self.feeding.probes))
        self.rig.send("police", [probe])
        self.feeding.probes.append(("police", probe))
        self.rig.until(lambda: self.pulse.after(since), "it goes on after the fault", self.patience)
        return self.pulse.after(since) or 0.0

    def still_to_take(self) -> bool:
        return self.taken < len(self.feeding.bodies)

    def judge(self, fault: str, often: str, recovered_s: float | None, beside: str = "") -> Row:
        """Wait until all is done, and hold it against the auditor and an undisturbed run."""
        self.feeding.join(self.patience)
        self.rig.close(self.patience)
        self.pulse.stop()
        sent = [body for _, body in (*self.feeding.bodies, *self.feeding.probes)]
        row = Row(
            fault=fault,
            often=often,
            sent=len(sent),
            lost=_lost(self.rig, self.feeding),
            twice=_twice(self.rig),
            recovered_s=recovered_s,
            beside=beside,
        )
        assert (row.lost, row.twice) == (0, 0), row
        undisturbed = run_of_file(self.rig, sent)
        for what in EXPORTS:
            assert self.rig.export(what) == undisturbed[what], f"{fault}: {what} differ from the undisturbed run's"
        assert self.rig.settled()
        return row


@contextmanager
def scene(made: Rig, bodies: list[tuple[str, Body]], seconds: float) -> Iterator[Scene]:
    """Begin to send; the rig's workers are whoever tries the fault's own."""
    feeding = Feeding(made.bootstrap, bodies, seconds)
    pulse = Pulse(made.settings.store_url)
    feeding.start()
    pulse.start()
    try:
        yield Scene(rig=made, feeding=feeding, pulse=pulse)
    finally:
        if pulse.is_alive():
            pulse.stop()


def _lost(rig: Rig, feeding: Feeding) -> int:
    """Acknowledged reports that are not in the store, by its export and by the auditor."""
    total = figures(verify(rig.engine, Source(bootstrap=rig.bootstrap, partnership=rig.partnership)))
    held = {(line["agency"], line["id"]) for line in map(json.loads, rig.export("reports"))}
    acknowledged = {
        (agency, body["id"]) for (agency, body), got in zip(feeding.bodies, feeding.acknowledged, strict=True) if got
    }
    return len(acknowledged - held) + total["missing"] + total["waiting"]


def _twice(rig: Rig) -> int:
    """Reports that were accepted more than once, by the store's receipts and by what agencies were told."""
    kept = Counter(
        (line["agency"], line["report"])
        for line in map(json.loads, rig.export("receipts"))
        if line["status"] == "accepted"
    )
    told: dict[bytes, set[bytes]] = {}
    for agency in AGENCIES:
        for record in rig.read(RECEIPTS.topic(agency)):
            if b'"accepted"' in (record.value or b"") and record.key:
                told.setdefault(agency.encode() + record.key, set()).add(dict(record.headers)["ce_id"])
    return sum(count - 1 for count in kept.values()) + sum(len(ids) - 1 for ids in told.values())


def folder_in(folder: Path, name: str) -> Path:
    """A folder for one fault."""
    made = folder / name
    made.mkdir(parents=True, exist_ok=True)
    return made
