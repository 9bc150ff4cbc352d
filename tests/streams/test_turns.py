"""Turns to write go by who came first, but for those in a hurry, and nobody waits for ever."""

import subprocess
import sys
import threading
import time

from streams.turns import Kept, Turns


def _order(comers: list[tuple[str, bool]]) -> list[str]:
    """In what order they had their turns who came one after the other while somebody wrote."""
    turns, had, threads = Turns(), [], []

    def come(name: str, hurry: bool) -> None:
        with turns.turn(hurry=hurry):
            had.append(name)

    with turns.turn():
        for number, (name, hurry) in enumerate(comers, 1):
            threads.append(threading.Thread(target=come, args=(name, hurry)))
            threads[-1].start()
            while len(turns._hurried) + len(turns._others) < number:
                time.sleep(0.001)
    for thread in threads:
        thread.join(5)
    return had


def test_who_is_in_a_hurry_goes_first() -> None:
    assert _order([("stage", False), ("chore", False), ("intake", True)]) == ["intake", "stage", "chore"]


def test_of_many_in_a_hurry_two_pass_at_a_time() -> None:
    comers = [("stage", False), ("chore", False), *((f"intake {n}", True) for n in range(5))]
    assert _order(comers) == ["intake 0", "intake 1", "stage", "intake 2", "intake 3", "chore", "intake 4"]


def _order_with_one_who_keeps(seconds: float) -> list[str]:
    """In what order two things of one who keeps the turn were done, and what another came for meanwhile."""
    turns, had = Turns(), []

    def come() -> None:
        with turns.turn(hurry=True):
            had.append("intake")

    other, kept = threading.Thread(target=come), Kept(turns, seconds)
    with kept.turn():
        had.append("dedupe")
        other.start()
        while not turns._hurried:
            time.sleep(0.001)
    with kept.turn():
        had.append("matching")
    kept.go()
    other.join(5)
    with turns.turn():  # nothing is left taken
        return had


def test_a_turn_is_kept_from_one_thing_to_the_next() -> None:
    assert _order_with_one_who_keeps(60.0) == ["dedupe", "matching", "intake"]


def test_a_kept_turn_that_has_lasted_long_enough_is_handed_on() -> None:
    assert _order_with_one_who_keeps(0.0) == ["dedupe", "intake", "matching"]


def test_one_writes_at_a_time() -> None:
    turns, inside, most = Turns(), [0], [0]

    def write(hurry: bool) -> None:
        for _ in range(200):
            with turns.turn(hurry=hurry):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1

    threads = [threading.Thread(target=write, args=(n % 2 == 0,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert most == [1]


def test_a_turn_is_given_up_by_who_fails_in_it() -> None:
    turns = Turns()
    try:
        with turns.turn():
            raise ValueError
    except ValueError:
        pass
    with turns.turn():
        pass


PARTED = """
import os, select, sys, threading, time
from streams.turns import Between, Turns

between, (heard, say) = Between(), os.pipe()

def have(turns, name, hurry=False):
    with turns.turn(hurry=hurry):
        os.write(say, name + b", ")

ours = Turns(between)
threads = []
with ours.turn():
    other = os.fork()
    if not other:
        have(Turns(between), b"the other")
        os._exit(0)
    while select.select([between._gate[0]], [], [], 0)[0]:
        time.sleep(0.001)  # until it waits for its turn
    for number, hurry in enumerate(sys.argv[1:], 1):
        threads.append(threading.Thread(target=have, args=(ours, b"%d" % number, hurry == "hurry")))
        threads[-1].start()
        while len(ours._hurried) + len(ours._others) < number:
            time.sleep(0.001)
for thread in threads:
    thread.join()
os.waitpid(other, 0)
print(os.read(heard, 100).decode())
"""


def _order_beside_another(*comers: str) -> list[str]:
    """In what order they had their turns who came while this process wrote, and one of another process waited."""
    code = [sys.executable, "-c", PARTED, *comers]
    said = subprocess.run(code, capture_output=True, text=True, check=True, timeout=30).stdout
    return said.strip().removesuffix(",").split(", ")


def test_who_has_had_a_turn_stands_behind_the_other_process_that_waits_for_it() -> None:
    assert _order_beside_another("at leisure") == ["the other", "1"]


def test_who_is_in_a_hurry_has_the_turn_of_the_one_before_in_its_process_but_not_for_ever() -> None:
    assert _order_beside_another("hurry") == ["1", "the other"]
    assert _order_beside_another(*["hurry"] * 4) == ["1", "2", "the other", "3", "4"]
    assert _order_beside_another("at leisure", "hurry") == ["2", "the other", "1"]
