"""What a report costs in each stage once a store holds a town's: the last of a simulated partnership's, stage by stage.

``--weeks`` of history (10) and ``--scale`` (1) say how many are stored first; ``--last`` (1,000) are measured, in the
process that took in the others.
"""

import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine

from deploy.demo.addresses import load_addresses
from deploy.demo.simulator import simulate
from deploy.store import migrate
from schemas.agencies import load_partnership
from streams.collecting import collect_seldom
from streams.intake.keep import take_reports
from streams.ledger import Record
from streams.pipeline import KEYS_OF_A_REPORT, OF_REPORTS, REPORTS_TOGETHER, STAGES, Telling, advance, standing
from streams.replay import replay
from streams.store import chunks, open_store, reading, writing

SEED, BATCH = 11, 500
READ_AT = datetime(2026, 12, 1, tzinfo=UTC)


def measure_stages() -> None:
    """Fill a store, with an address list, and print what each of the last reports costs."""
    told = simulate(SEED, history_weeks=int(_option("weeks", 10)), scale=_option("scale", 1.0))
    lines = [sent.raw.replace(b"\n", b" ") for sent in told.reports]
    last = int(_option("last", 1000))
    collect_seldom()
    with TemporaryDirectory(prefix="tocsin-stages-") as name:
        file = Path(name) / "reports.jsonl"
        file.write_bytes(b"".join(line + b"\n" for line in lines[:-last]))
        engine = open_store(f"sqlite:///{name}/store.db")
        migrate(engine)
        load_addresses(engine, told.town, Path(name) / "addresses.csv")
        replay(engine, load_partnership(), [file], batch=BATCH, read_at=READ_AT, tell=False)
        spent = _spent(engine, lines[-last:])
        engine.dispose()
    print(f"{len(lines) - last:,} reports stored, {last:,} more; milliseconds of processor a report")
    for stage, seconds in (*spent.items(), ("all", sum(spent.values()))):
        print(f"{stage:<10} {1000 * seconds / last:6.3f}")


def _option(name: str, default: float) -> float:
    words = sys.argv
    return float(words[words.index(f"--{name}") + 1]) if f"--{name}" in words else default


def _spent(engine: Engine, lines: Sequence[bytes]) -> Mapping[str, float]:
    """The seconds that each stage takes of the processor, as a replay lets them take turns."""
    partnership = load_partnership()
    spent: defaultdict[str, float] = defaultdict(float)
    records = [
        Record(source="bench", partition=0, offset=at, key=None, value=line, taken_at=READ_AT, agency=None)
        for at, line in enumerate(lines)
    ]
    for run in chunks(records, BATCH):
        started = time.process_time()
        with writing(engine) as connection:
            take_reports(connection, run, partnership)
        spent["intake"] += time.process_time() - started
    while True:
        with reading(engine) as connection:
            names = standing(connection)
        stage = next((stage for stage in STAGES if stage.name in names), None)
        if stage is None:
            return spent
        together = REPORTS_TOGETHER if stage in OF_REPORTS else KEYS_OF_A_REPORT
        started = time.process_time()
        advance(engine, stage, partnership, BATCH * together, Telling.NOTHING)
        spent[stage.name] += time.process_time() - started
