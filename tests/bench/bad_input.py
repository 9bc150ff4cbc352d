"""Bad input at length: spoiled records through intake and all stages, spoiled files through every reader."""

import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random

from sqlalchemy import Engine, func, select

from deploy.store import migrate
from schemas.tables import Received, Rejected, Waiting
from streams.intake.keep import take_reports
from streams.ledger import take_run
from streams.pipeline import drain
from streams.store import open_store, reading
from tests.input.cases import every_case
from tests.input.fuzzing import many, spoiled
from tests.input.readers import Reader, readers
from tests.input.texts import TEXTS
from tests.streams.intake.bad import every_kind
from tests.streams.intake.making import PARTNERSHIP, raw, record, report

BATCH = 200
REPORTS = 10_000


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: how many were tried, and what came of them."""

    what: str
    tried: int
    came: str


def bad_input(reports: int = REPORTS) -> list[Row]:
    """Try it all; raises ``AssertionError`` where a record has no outcome, a stage fails, or a reader tells nothing."""
    kinds = len(every_kind()) + len(every_case()) + len(TEXTS)
    rows = [Row("kinds in the corpus, each with its outcome", kinds, "tests/streams/intake/bad.py, tests/input")]
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as name:
        rows.append(_records(Path(name), reports))
        rows.append(_files(Path(name), reports))
        rows.append(_throughput(Path(name), reports // 2))
    return rows


def measure_bad_input(reports: int = REPORTS) -> None:
    """Print the table."""
    for row in bad_input(reports):
        print(f"| {row.what} | {row.tried:,} | {row.came} |")


def _store(folder: Path, name: str) -> Engine:
    engine = open_store(f"sqlite:///{folder / name}.db")
    migrate(engine)
    return engine


def _records(folder: Path, number: int) -> Row:
    """Spoiled reports amid good ones: each has an outcome, none holds up another, no stage fails."""
    chance = Random(8)
    bases = [raw(report(id=f"B-{n}", people=[{"role": "suspect", "name": "A. Name"}])) for n in range(50)]
    bases += [value for value, _ in every_kind().values() if value and len(value) < 5000]
    values = [raw(report(id=f"G-{n}")) if n % 2 else spoiled(chance.choice(bases), chance) for n in range(2 * number)]
    engine = _store(folder, "records")
    aside: list[tuple[str, str]] = []
    for first in range(0, len(values), BATCH):
        _take(engine, values, first)
        drain(engine, PARTNERSHIP, BATCH, tell=False, failed=lambda *failed: aside.append(failed))
    with reading(engine) as connection:
        came = Counter(connection.execute(select(Received.outcome)).scalars())
        codes = connection.execute(select(func.count(Rejected.code.distinct()))).scalar_one()
        left = connection.execute(select(Waiting.key)).all()
    engine.dispose()
    assert (sum(came.values()), aside, left) == (len(values), [], [])
    assert came["accepted"] >= number
    told = ", ".join(f"{outcome} {count:,}" for outcome, count in came.most_common())
    return Row("records spoiled by chance, amid as many good ones", number, f"{told}; {codes} codes; 0 without outcome")


def _take(engine: Engine, values: list[bytes], first: int) -> None:
    run = [record(value, first + at) for at, value in enumerate(values[first : first + BATCH])]
    take_run(engine, run, lambda connection, records: take_reports(connection, records, PARTNERSHIP))


def _files(folder: Path, number: int) -> Row:
    """Spoiled files through every reader: read, or told in a sentence; anything else goes through."""
    engine = _store(folder, "files")
    every = list(readers(engine))
    came: Counter[str] = Counter()
    for reader in every:
        file = folder / f"file{reader.suffix}"
        for content in many(reader.good, seed=80, number=number // len(every) + 1):
            file.write_bytes(content)
            came[_outcome(reader, file)] += 1
    engine.dispose()
    told = ", ".join(f"{outcome} {count:,}" for outcome, count in sorted(came.items()))
    return Row(f"files spoiled by chance, {len(every)} readers", sum(came.values()), f"{told}; 0 tracebacks")


def _outcome(reader: Reader, file: Path) -> str:
    try:
        reader.read(file)
    except reader.ends:
        return "told in a sentence"
    return "read"


def _throughput(folder: Path, number: int) -> Row:
    """Intake alone, clean and with every second record bad, by turns: both meet the same moments of the machine."""
    kinds = [value for value, _ in every_kind().values() if value and len(value) < 5000]
    clean = [raw(report(id=f"C-{n}")) for n in range(number)]
    mixed = [clean[n] if n % 2 else kinds[n // 2 % len(kinds)] for n in range(number)]
    stores = {"clean": (_store(folder, "clean"), clean), "mixed": (_store(folder, "mixed"), mixed)}
    took = dict.fromkeys(stores, 0.0)
    for first in range(0, number, BATCH):
        for name, (engine, values) in stores.items():
            began = time.perf_counter()
            _take(engine, values, first)
            took[name] += time.perf_counter() - began
    for engine, _ in stores.values():
        engine.dispose()
    rate = {name: number / seconds for name, seconds in took.items()}
    share = rate["mixed"] / rate["clean"]
    return Row(
        "intake with half of it bad", number, f"{rate['mixed']:,.0f}/s, clean {rate['clean']:,.0f}/s: {share:.0%}"
    )
