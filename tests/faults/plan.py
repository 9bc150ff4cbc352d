"""Every fault by name, with the size at which the tests try it and the size at which it is measured."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults import of_brokers, of_input, of_steps, of_stores, of_workers
from tests.faults.scene import Row, folder_in

Sizes = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What faults are tried on: a broker to share, and a PostgreSQL server with a new database for each that asks."""

    folder: Path
    broker: str
    server: Any
    new_database: Callable[[], str]


Run = Callable[[Ground, Path, Sizes], Iterable[Row]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault, how it is run, and at which sizes."""

    name: str
    run: Run
    quick: Sizes
    full: Sizes


def _on_postgresql(fault: Callable[..., Row]) -> Run:
    return lambda ground, folder, sizes: [fault(ground.broker, ground.new_database(), folder, **sizes)]


def _on_sqlite(fault: Callable[..., Row]) -> Run:
    return lambda ground, folder, sizes: [fault(ground.broker, folder, **sizes)]


def _on_its_own_broker(fault: Callable[..., Row]) -> Run:
    return lambda _, folder, sizes: [fault(folder, **sizes)]


def _with_the_server(ground: Ground, folder: Path, sizes: Sizes) -> list[Row]:
    server = ground.server
    return [of_stores.postgresql_away(ground.broker, ground.new_database(), folder, server, **sizes)]


def _where_it_can_be(fault: Run, can: Callable[[Path], bool]) -> Run:
    """None of its rows where the machine does not let it be tried."""
    return lambda ground, folder, sizes: fault(ground, folder, sizes) if can(folder) else []


def _on_both(fault: Callable[..., Row]) -> Run:
    """A row is told as soon as it is there: the other store's takes as long again."""
    return lambda ground, folder, sizes: (
        fault(ground.broker, url, folder_in(folder, name), **sizes)
        for name, url in (("sqlite", f"sqlite:///{folder / 'store.db'}"), ("postgresql", ground.new_database()))
    )


FAULTS: tuple[Fault, ...] = (
    Fault(
        name="steps",
        run=_on_both(of_steps.crashes_between_steps),
        quick={"reports": 90, "rounds": 1, "at_once": 5},
        # one stream lives through all of them: a run of three is as much as most deaths let through
        full={"reports": 400, "rounds": 20, "at_once": 3},
    ),
    Fault(
        name="killed",
        run=_on_postgresql(of_workers.killed_again_and_again),
        quick={"reports": 300, "seconds": 8, "every_s": 4},
        full={"reports": 20_000, "seconds": 120, "every_s": 5},
    ),
    Fault(
        name="two-of-three",
        run=_on_postgresql(of_workers.two_of_three_killed),
        quick={"reports": 200, "seconds": 6},
        full={"reports": 5_000, "seconds": 30},
    ),
    Fault(
        name="rolling",
        run=_on_postgresql(of_workers.replaced_in_order),
        quick={"reports": 200, "seconds": 6},
        full={"reports": 5_000, "seconds": 60},
    ),
    Fault(
        name="scaled",
        run=_on_postgresql(of_workers.scaled),
        quick={"reports": 300, "seconds": 10, "rounds": 1},
        full={"reports": 20_000, "seconds": 200, "rounds": 5},
    ),
    Fault(
        name="broker-killed",
        run=_on_its_own_broker(of_brokers.killed),
        quick={"reports": 200, "seconds": 10, "times": 1, "away_s": 2},
        full={"reports": 5_000, "seconds": 150, "times": 5, "away_s": 10},
    ),
    Fault(
        name="broker-paused",
        run=_on_its_own_broker(of_brokers.paused),
        quick={"reports": 200, "seconds": 10, "pause_s": 5},
        full={"reports": 5_000, "seconds": 90, "pause_s": 60},
    ),
    Fault(
        name="both-ends",
        run=_on_its_own_broker(of_brokers.across_a_restart),
        quick={"reports": 100, "away_s": 2},
        full={"reports": 2_000, "away_s": 10},
    ),
    Fault(
        name="sqlite-locked",
        run=_on_sqlite(of_stores.sqlite_locked),
        quick={"reports": 200, "seconds": 6, "away_s": 4},
        full={"reports": 5_000, "seconds": 90, "away_s": 60},
    ),
    Fault(
        name="postgresql-away",
        run=_with_the_server,
        quick={"reports": 200, "seconds": 6, "away_s": 3},
        full={"reports": 5_000, "seconds": 90, "away_s": 60},
    ),
    Fault(
        name="postgresql-slow",
        run=_on_postgresql(of_stores.postgresql_slow),
        quick={"reports": 200, "seconds": 6, "for_s": 4},
        full={"reports": 5_000, "seconds": 60, "for_s": 30},
    ),
    Fault(
        name="postgresql-read-only",
        run=_on_postgresql(of_stores.postgresql_read_only),
        quick={"reports": 200, "seconds": 6, "for_s": 3},
        full={"reports": 5_000, "seconds": 60, "for_s": 30},
    ),
    Fault(
        name="disk-full",
        run=_where_it_can_be(_on_sqlite(of_stores.disk_full), of_stores.can_mount),
        quick={"reports": 200, "seconds": 6, "for_s": 3},
        full={"reports": 5_000, "seconds": 60, "for_s": 30},
    ),
    Fault(
        name="poison",
        run=_on_sqlite(of_input.poison),
        quick={"reports": 200},
        full={"reports": 5_000},
    ),
    Fault(
        name="out-of-order",
        run=_on_sqlite(of_input.twice_and_out_of_order),
        quick={"reports": 150},
        full={"reports": 5_000},
    ),
    Fault(
        name="mountain",
        run=_on_sqlite(of_input.mountain),
        quick={"reports": 1_000},
        full={"reports": 100_000},
    ),
    Fault(
        name="flood",
        run=lambda ground, folder, sizes: of_input.flood(ground.broker, folder, **sizes),
        quick={"reports": 840, "seconds": 4},
        full={"reports": 8_400, "seconds": 40},
    ),
    Fault(
        name="clock",
        run=_where_it_can_be(_on_sqlite(of_input.clock_that_jumps), lambda _: of_input.has_faketime()),
        quick={"reports": 200, "seconds": 6},
        full={"reports": 5_000, "seconds": 60},
    ),
)
