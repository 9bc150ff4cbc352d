"""A worker that stands still is ended, and no other; one that waits for what is away is left alone."""

import os
import signal
import threading
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from deploy.processes import Part, environment
from deploy.watchdog import LOCKED_TIMES, Stillness, Watchdog, watch_over
from schemas.agencies import load_partnership
from schemas.tables import Base, Progress
from streams.lease import holder_of
from streams.store import add, open_store, writing
from tests.integration.reports import report
from tests.integration.rig import rig as make_rig

HERE, THERE = ("tocsin.inbound.police.v1", 0), ("tocsin.inbound.fire.v1", 1)
PATIENCE_S = 60.0


def test_only_what_waits_and_does_not_move_stands_still() -> None:
    stillness = Stillness()
    assert stillness.look(0, {HERE: 5, THERE: 9}, {HERE: 9, THERE: 9}) == {HERE: 0}
    assert stillness.look(30, {HERE: 5, THERE: 9}, {HERE: 9, THERE: 12}) == {HERE: 30, THERE: 0}
    assert stillness.look(40, {HERE: 6, THERE: 9}, {HERE: 9, THERE: 12}) == {HERE: 0, THERE: 10}
    assert stillness.look(50, {HERE: 9, THERE: 9}, {HERE: 9, THERE: 12}) == {THERE: 20}
    assert stillness.look(60, {HERE: 9, THERE: 9}, {HERE: 10, THERE: 12})[HERE] == 0, "it had nothing to do till now"
    stillness.begin_anew()
    assert stillness.look(70, {}, {THERE: 12}) == {THERE: 0}


@dataclass
class Kennel(Watchdog):
    """A watchdog whose broker is told in a test."""

    ends: dict = field(default_factory=dict)
    owners: dict = field(default_factory=dict)

    def _ends(self):
        return self.ends

    def _owners(self):
        return self.owners


@pytest.fixture
def engine(tmp_path):
    engine = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    Base.metadata.create_all(engine)
    with writing(engine) as connection:
        add(connection, Progress, [{"topic": topic, "partition": part, "next": 5} for topic, part in (HERE, THERE)])
    yield engine
    engine.dispose()


def kennel(engine: Engine, **others) -> Kennel:
    return Kennel(
        engine=engine, bootstrap="", login={}, partnership=load_partnership(), patience_s=PATIENCE_S, **others
    )


def worker(pid: int) -> Part:
    alive: Any = SimpleNamespace(pid=pid, poll=lambda: None)
    return Part(name=f"worker {pid}", arguments=(), environment={}, process=alive)  # of old


def test_the_worker_that_has_the_partition_is_ended_and_no_other(engine: Engine) -> None:
    mine, other = worker(11), worker(12)
    dog = kennel(engine, ends={HERE: 9, THERE: 5}, owners={HERE: holder_of(11), THERE: holder_of(12)})
    assert dog.look([mine, other], 0) == []
    assert dog.look([mine, other], PATIENCE_S - 1) == []
    assert dog.look([mine, other], PATIENCE_S) == [mine]
    dog.owners = {HERE: "another machine/11"}
    assert dog.look([mine, other], 1000) == []
    assert dog.look([mine, other], 5000) == []
    dog.owners = {}
    assert dog.look([mine, other], 10_000) == [mine, other], "nobody has it, so none of them takes part"


def test_one_that_stands_still_again_is_given_twice_as_long_until_it_moves(engine: Engine) -> None:
    mine = worker(11)
    dog = kennel(engine, ends={HERE: 9}, owners={HERE: holder_of(11)})
    ended = [now for now in range(0, 1000, 10) if dog.look([mine], now)]
    assert ended == [60, 190, 440, 930]
    with writing(engine) as connection:
        connection.exec_driver_sql("update progress set next = 6")
    dog.look([mine], 1000)
    assert [now for now in range(1010, 1100, 10) if dog.look([mine], now)] == [1060]


def test_a_locked_store_is_given_longer_and_one_that_cannot_be_written_blames_nobody(engine: Engine, tmp_path) -> None:
    mine = worker(11)
    dog = kennel(engine, ends={HERE: 9}, owners={HERE: holder_of(11)})
    other = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    event.listen(engine, "connect", lambda connection, _: connection.execute("pragma busy_timeout=10"))
    engine.dispose()
    with writing(other):
        dog.look([mine], 0)
        assert dog.look([mine], PATIENCE_S + 1) == []
        assert dog.look([mine], PATIENCE_S * LOCKED_TIMES) == [mine]
    other.dispose()
    dog.look([mine], 1000)
    event.listen(engine, "connect", lambda connection, _: connection.execute("pragma query_only=on"))
    engine.dispose()
    with pytest.raises(OperationalError, match="readonly"):
        dog.look([mine], 1000 + PATIENCE_S * LOCKED_TIMES)


@pytest.mark.broker
def test_a_worker_that_hangs_is_ended_and_started_again_and_nothing_is_lost(broker: str, tmp_path) -> None:
    with make_rig(broker, f"sqlite:///{tmp_path / 'store.db'}", tmp_path) as rig:
        part = rig.start_worker()
        dog = Watchdog(
            engine=rig.engine, bootstrap=broker, login={}, partnership=rig.partnership, patience_s=5, starts_within_s=0
        )
        stopped = threading.Event()
        rig.send("police", [report("police", n) for n in range(5)])
        rig.settle()
        assert part.process
        hung = part.process.pid
        os.kill(hung, signal.SIGSTOP)
        rig.send("police", [report("police", n) for n in range(5, 10)])
        watching = watch_over([part], dog, stopped)
        rig.until(lambda: not part.running, "the watchdog ended it")
        stopped.set()
        watching.join(60)
        rig.until(lambda: part.tend() or part.running, "it was started again")
        rig.settle()
        assert rig.outcomes() == {"accepted": 10}
        assert part.process.pid != hung


@pytest.mark.broker
def test_the_worker_command_starts_the_worker_again_and_stops_with_it(broker: str, tmp_path) -> None:
    with make_rig(broker, f"sqlite:///{tmp_path / 'store.db'}", tmp_path) as rig:
        log = tmp_path / "worker-0.log"
        command = Part(name="worker", arguments=("worker",), environment=environment(rig.settings), log_file=log)
        command.start()
        rig.workers.append(command)
        rig.send("police", [report("police", 1)])
        rig.settle()
        assert command.process
        (first,) = psutil.Process(command.process.pid).children()
        first.kill()
        rig.send("police", [report("police", 2)])
        rig.settle()
        (second,) = psutil.Process(command.process.pid).children()
        command.stop()
        assert first.pid != second.pid
        assert not second.is_running()
        assert command.process.returncode == 0
