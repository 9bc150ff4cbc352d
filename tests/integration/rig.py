"""A whole Tocsin for a test: real topics on the real broker, real worker processes, one store."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient
from sqlalchemy import Engine, func, select

from deploy.broker.topics import apply_topics
from deploy.processes import Part, environment
from deploy.store import migrate, ready_store
from schemas.agencies import Partnership, load_partnership
from schemas.settings import Settings
from schemas.tables import Clock, Outbox, Progress, Received, Report, Waiting
from schemas.topics import INBOUND
from streams.export import EXPORTS, export_lines
from streams.issues.days import still_to_close
from streams.replay import replay
from streams.store import open_store, reading

PATIENCE_S = 90.0


@dataclass(kw_only=True)
class Rig:
    """What a test holds in its hands."""

    settings: Settings
    engine: Engine
    partnership: Partnership
    folder: Path
    workers: list[Part] = field(default_factory=list)

    @property
    def bootstrap(self) -> str:
        assert self.settings.broker
        return self.settings.broker

    def start_worker(self) -> Part:
        part = Part(
            name=f"worker-{len(self.workers)}",
            arguments=("worker", "--alone"),
            environment=environment(self.settings),
            log_file=self.folder / f"worker-{len(self.workers)}.log",
        )
        part.start()
        self.workers.append(part)
        return part

    def kill(self, part: Part) -> None:
        """As a power cut would end it."""
        assert part.process
        os.kill(part.process.pid, signal.SIGKILL)
        part.process.wait()

    def send(self, agency: str, bodies: Iterable[dict[str, Any] | bytes]) -> int:
        """Send as a plain agency system would, without our client; how many."""
        return self.send_as(
            agency,
            (
                (None, body) if isinstance(body, bytes) else (str(body.get("id")).encode(), json.dumps(body).encode())
                for body in bodies
            ),
        )

    def send_as(self, agency: str, records: Iterable[tuple[bytes | None, bytes]]) -> int:
        """Send records as they are, each a key and a value; how many."""
        producer = KafkaProducer(bootstrap_servers=self.bootstrap, acks="all", linger_ms=5, max_request_size=4 << 20)
        sent = []
        try:
            for key, raw in records:
                sent.append(producer.send(INBOUND.topic(agency), value=raw, key=key))
            for future in sent:
                future.get(timeout=30)
        finally:
            producer.close()
        return len(sent)

    def until(self, true: Callable[[], bool], what: str, patience: float = PATIENCE_S) -> None:
        """Wait until something is true, or fail saying what never was."""
        end = time.monotonic() + patience
        while not true():
            if time.monotonic() > end:
                raise AssertionError(f"never came true in {patience:.0f} s: {what}\n{self.tail()}")
            time.sleep(0.1)

    def settled(self) -> bool:
        """Whether every record of every inbound topic was taken, every stage is done, and all is told."""
        with reading(self.engine) as connection:
            waits = connection.execute(select(func.count()).select_from(Waiting)).scalar_one()
            owes = connection.execute(select(func.count()).select_from(Outbox)).scalar_one()
            taken = {
                (row.topic, row.partition): row.next
                for row in connection.execute(select(Progress.topic, Progress.partition, Progress.next))
            }
        return not waits and not owes and all(taken.get(place, 0) >= end for place, end in self.ends().items())

    def settle(self, patience: float = PATIENCE_S) -> None:
        self.until(self.settled, "the pipeline has taken everything", patience)

    def close(self, patience: float = PATIENCE_S) -> None:
        """Wait until the last day is closed too, as a replay closes it at the end of its file."""
        self.until(lambda: self.settled() and self.closed(), "the last day is closed", patience)

    def closed(self) -> bool:
        with reading(self.engine) as connection:
            last = connection.execute(select(func.max(Report.reported_at))).scalar_one()
            clock = connection.execute(select(Clock.at).where(Clock.name == "days")).scalar_one_or_none()
            unread = still_to_close(connection, datetime.now(UTC))
        return not unread and clock is not None and clock > last

    def ends(self) -> dict[tuple[str, int], int]:
        """One past the last record of each inbound partition."""
        consumer = KafkaConsumer(bootstrap_servers=self.bootstrap, enable_auto_commit=False)
        try:
            names = [INBOUND.topic(agency) for agency in self.partnership]
            places = [
                TopicPartition(name, partition) for name in names for partition in range(self.settings.partitions)
            ]
            return {(place.topic, place.partition): end for place, end in consumer.end_offsets(places).items()}
        finally:
            consumer.close()

    def read(self, topic: str, partition: int = 0) -> list[Any]:
        """Every record that stands on a topic's partition; most have one."""
        consumer = KafkaConsumer(bootstrap_servers=self.bootstrap, enable_auto_commit=False)
        try:
            place = TopicPartition(topic, partition)
            consumer.assign([place])
            end = consumer.end_offsets([place])[place]
            consumer.seek_to_beginning(place)
            records: list[Any] = []
            deadline = time.monotonic() + 30
            while consumer.position(place) < end and time.monotonic() < deadline:
                for batch in consumer.poll(timeout_ms=500).values():
                    records += batch
            return records
        finally:
            consumer.close()

    def export(self, what: str) -> list[str]:
        with reading(self.engine) as connection:
            return list(export_lines(connection, what))

    def outcomes(self) -> dict[str, int]:
        """How many records came to each outcome, by what the store says it received."""
        with reading(self.engine) as connection:
            rows = connection.execute(select(Received.outcome, func.count()).group_by(Received.outcome)).all()
        return {row[0]: row[1] for row in rows}

    def tail(self) -> str:
        """The last lines of each worker's log."""
        return "\n".join(
            f"--- {log.name}\n" + "\n".join(log.read_text(errors="replace").splitlines()[-15:])
            for log in sorted(self.folder.glob("worker-*.log"))
        )


@contextmanager
def rig(bootstrap: str, store_url: str, folder: Path, **others: Any) -> Iterator[Rig]:
    """A rig on empty topics; its workers are stopped at the end."""
    settings = Settings(store=store_url, broker=bootstrap, var=folder / "var", session_s=6, **others)
    settings.var.mkdir(exist_ok=True)
    partnership = load_partnership()
    empty_topics(bootstrap, partnership, settings)
    made = Rig(settings=settings, engine=ready_store(settings), partnership=partnership, folder=folder)
    try:
        yield made
    finally:
        for part in made.workers:
            part.stop()
        made.engine.dispose()


def empty_topics(bootstrap: str, partnership: Partnership, settings: Settings) -> None:
    """Delete our topics and make them anew; names are fixed by the contract, so tests take turns."""
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        ours = [name for name in admin.list_topics() if name.startswith("tocsin.")]
        if ours:
            admin.delete_topics(ours)
        end = time.monotonic() + 30
        while any(name.startswith("tocsin.") for name in admin.list_topics()):
            assert time.monotonic() < end, "topics were not deleted"
            time.sleep(0.05)
    finally:
        admin.close()
    apply_topics(bootstrap, partnership, settings)


def run_of_file(rig: Rig, reports: list[dict[str, Any]]) -> dict[str, list[str]]:
    """The exports of a replay of the reports into a store of its own."""
    file = rig.folder / "replayed.jsonl"
    file.write_text("".join(json.dumps(body) + "\n" for body in reports))
    other = rig.settings.model_copy(update={"store": None, "var": rig.folder / "replayed"})
    engine = open_store(other.store_url)
    try:
        migrate(engine)
        replay(engine, load_partnership(), [file], batch=300, read_at=datetime.now(UTC))
        with reading(engine) as connection:
            return {what: list(export_lines(connection, what)) for what in EXPORTS}
    finally:
        engine.dispose()
