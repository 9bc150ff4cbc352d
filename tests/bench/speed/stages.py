"""What a report costs in each stage once a store holds a town's: the last of a simulated partnership's, stage by stage.

``--weeks`` of history (10) and ``--scale`` (1) say how many are stored first; ``--last`` (1,000) are measured, in the
process that took in the others. With ``--days`` they come day by day, and each day is closed when the next begins.
"""

import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import accumulate, groupby, tee
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine

from deploy.demo.addresses import load_addresses
from deploy.demo.simulator import simulate
from deploy.store import migrate
from schemas.agencies import Partnership, load_partnership
from streams.collecting import collect_seldom
from streams.intake.keep import take_reports
from streams.issues.days import close_days
from streams.issues.recount import last_reported
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
        spent = spent_on(engine, lines[-last:])
        engine.dispose()
    print(f"{len(lines) - last:,} reports stored, {last:,} more; milliseconds of processor a report")
    for stage, seconds in (*spent.items(), ("all", sum(spent.values()))):
        print(f"{stage:<16} {1000 * seconds / last:6.3f}")


def _option(name: str, default: float) -> float:
    words = sys.argv
    return float(words[words.index(f"--{name}") + 1]) if f"--{name}" in words else default


def spent_on(engine: Engine, lines: Sequence[bytes], source: str = "bench") -> Mapping[str, float]:
    """The seconds that each stage takes of the processor, as a replay lets them take turns."""
    partnership = load_partnership()
    spent: defaultdict[str, float] = defaultdict(float)
    records = [
        Record(source=source, partition=0, offset=at, key=None, value=line, taken_at=READ_AT, agency=None)
        for at, line in enumerate(lines)
    ]
    by_day = "--days" in sys.argv
    for some in _days(records) if by_day else [records]:
        for run in chunks(some, BATCH):
            started = time.process_time()
            with writing(engine) as connection:
                take_reports(connection, run, partnership)
            spent["intake"] += time.process_time() - started
        _drain(engine, partnership, spent)
        if by_day:
            _close(engine, partnership, spent)
    return spent


def _days(records: Iterable[Record]) -> Iterator[list[Record]]:
    """Records by the day on which they come, where one that was made earlier comes late."""
    one, other = tee(records)
    days = accumulate((json.loads(record.value or b"")["reported_at"][:10] for record in one), max)
    for _, some in groupby(zip(days, other, strict=True), key=itemgetter(0)):
        yield [record for _, record in some]


def _close(engine: Engine, partnership: Partnership, spent: defaultdict[str, float]) -> None:
    """Close the days that reports have moved past."""
    closing: defaultdict[str, float] = defaultdict(float)
    with writing(engine) as connection:
        last = last_reported(connection)
        if last is not None:
            close_days(connection, last)
    _drain(engine, partnership, closing)
    for stage, seconds in closing.items():
        spent[f"{stage}, closing"] += seconds


def _drain(engine: Engine, partnership: Partnership, spent: defaultdict[str, float]) -> None:
    while True:
        with reading(engine) as connection:
            names = standing(connection)
        stage = next((stage for stage in STAGES if stage.name in names), None)
        if stage is None:
            return
        together = REPORTS_TOGETHER if stage in OF_REPORTS else KEYS_OF_A_REPORT
        started = time.process_time()
        advance(engine, stage, partnership, BATCH * together, Telling.NOTHING)
        spent[stage.name] += time.process_time() - started
