"""What large work let go of goes back to the system, and nobody who has the turn to write stands still for rubbish."""

import asyncio
import gc
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import pytest

from streams.collecting import not_meanwhile
from streams.intake.keep import take_reports
from streams.patience import patiently
from streams.store import open_store, writing
from tests.streams.intake.making import PARTNERSHIP, records, store

# What stays lies between what is let go of, as what a day's closing leaves remembered does.
_WORK = """
import sys
import psutil
from streams.collecting import few_arenas, give_back
few_arenas()
me = psutil.Process()
def megabytes():
    return me.memory_info().rss / 1e6
before = megabytes()
large, stays = [], []
for _ in range(1000):
    large.append(bytes(100_000))
    stays.append(bytes(2_000))
large.clear()
let_go = megabytes() - before
give_back()
print(let_go, megabytes() - before, len(stays))
"""


def test_what_was_let_go_of_between_what_stays_is_given_back() -> None:
    done = subprocess.run([sys.executable, "-c", _WORK], capture_output=True, text=True, check=True)
    let_go, given_back = map(float, done.stdout.split()[:2])
    assert let_go > 60, "it was held though nothing used it"
    assert given_back < 20


def _rubbish_of(work: Callable[[], object]) -> int:
    """How many objects the collector alone lets go of, of what ``work`` leaves when it is done a second time."""
    work()
    gc.collect()
    gc.disable()
    try:
        work()
        return gc.collect()
    finally:
        gc.enable()


def test_who_has_the_turn_to_write_looks_for_rubbish_once_it_is_over(tmp_path: Path) -> None:
    engine = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    with writing(engine):
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), writing(engine):
        _ = 1 / 0
    assert gc.isenabled()
    engine.dispose()


def test_it_is_put_off_until_nobody_wants_it_put_off() -> None:
    began, end = Event(), Event()

    def another() -> None:
        with not_meanwhile:
            began.set()
            end.wait(30)

    thread = Thread(target=another)
    with not_meanwhile:
        thread.start()
        assert began.wait(30)
    assert not gc.isenabled(), "the other still has its turn"
    end.set()
    thread.join(30)
    assert gc.isenabled()


def test_what_is_done_patiently_leaves_no_rubbish() -> None:
    async def often() -> None:
        for _ in range(200):
            await patiently(lambda: None, "nothing")

    assert _rubbish_of(lambda: asyncio.run(often())) < 200, "each of sixty a second left a dozen objects"


def test_what_is_refused_leaves_no_rubbish(tmp_path: Path) -> None:
    bad = records([b'{"id": 7}'] * 500)
    with store(f"sqlite:///{tmp_path / 'store.db'}") as engine:

        def refuse() -> None:
            with writing(engine) as connection:
                take_reports(connection, bad, PARTNERSHIP)

        assert _rubbish_of(refuse) < 500, "each left its frames, and what they refer to"
