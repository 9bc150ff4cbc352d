"""Faults of workers: killed again and again, two of three at once, replaced in order, stopped, woken, scaled."""

import os
import random
import signal
import time
from pathlib import Path

from consumers.broker import admin_client
from deploy.processes import Part
from schemas.topics import PIPELINE_GROUP
from streams.lease import holder_of
from tests.faults.scene import Row, bodies_for, scene
from tests.integration.rig import Rig, rig

PARTITIONS = 3


def _begin(made: Rig, workers: int) -> list[Part]:
    return [made.start_worker() for _ in range(workers)]


def _send_signal(part: Part, number: signal.Signals) -> None:
    assert part.process
    os.kill(part.process.pid, number)


def killed_again_and_again(
    broker: str, store_url: str, folder: Path, *, reports: int, seconds: float, every_s: float
) -> Row:
    """Every few seconds a random worker of those at work is killed, if there are two or more, and another started."""
    chance, killed = random.Random(8), 0
    with rig(broker, store_url, folder, partitions=PARTITIONS) as made, scene(made, bodies_for(reports), seconds) as on:
        crew = _begin(made, 3)
        on.until_taken(0.02)
        begun = time.monotonic()
        while on.still_to_take():
            time.sleep(every_s)
            if len(at_work := _at_work(made, crew)) < 2:
                continue  # the others have not started yet: with all of them killed as they start nothing is tried
            victim = chance.choice(at_work)
            made.kill(victim)
            crew[crew.index(victim)] = made.start_worker()
            killed += 1
        over = time.monotonic()
        pause = on.pulse.longest_pause(begun, over)
        beside = f"longest pause; one each {(over - begun) / max(1, killed):.1f} s, while two or more are at work"
        return on.judge(f"a worker of three killed every {every_s:.0f} s", str(killed), pause, beside)


def _at_work(made: Rig, crew: list[Part]) -> list[Part]:
    """Those of the crew that have a partition, by what the broker says."""
    with admin_client(made.bootstrap, 10.0) as admin:
        members = admin.describe_groups([PIPELINE_GROUP])[PIPELINE_GROUP]["members"]
    having = {
        member["client_id"] for member in members if (member["member_assignment"] or {}).get("assigned_partitions")
    }
    return [part for part in crew if part.process and holder_of(part.process.pid) in having]


def two_of_three_killed(broker: str, store_url: str, folder: Path, *, reports: int, seconds: float) -> Row:
    """Two of three workers are killed at once, and none takes their place."""
    with rig(broker, store_url, folder, partitions=PARTITIONS) as made, scene(made, bodies_for(reports), seconds) as on:
        crew = _begin(made, 3)
        on.until_taken(0.3)
        struck = time.monotonic()
        for part in crew[:2]:
            made.kill(part)
        on.until_taken(1.0)
        pause = on.pulse.longest_pause(struck, time.monotonic())
        return on.judge("two workers of three killed", "1", pause, "longest pause")


def replaced_in_order(broker: str, store_url: str, folder: Path, *, reports: int, seconds: float) -> Row:
    """Each of three workers is asked to stop, and another started, one after the other."""
    with rig(broker, store_url, folder, partitions=PARTITIONS) as made, scene(made, bodies_for(reports), seconds) as on:
        crew = _begin(made, 3)
        on.until_taken(0.1)
        begun = time.monotonic()
        for number, part in enumerate(crew, start=1):
            part.stop()
            made.start_worker()
            on.until_taken(0.1 + 0.25 * number)
        on.until_taken(1.0)
        pause = on.pulse.longest_pause(begun, time.monotonic())
        return on.judge("rolling restart of three workers", "1", pause, "longest pause")


def scaled(broker: str, store_url: str, folder: Path, *, reports: int, seconds: float, rounds: int) -> Row:
    """From one worker to three, two and one again: one is stopped beyond its session, woken and killed, one asked."""
    with rig(broker, store_url, folder, partitions=PARTITIONS) as made, scene(made, bodies_for(reports), seconds) as on:
        (first,) = _begin(made, 1)
        on.until_taken(0.02)
        begun = time.monotonic()
        for number in range(rounds):
            second, third = _begin(made, 2)
            on.until_taken((number + 0.4) / rounds)
            _send_signal(second, signal.SIGSTOP)
            time.sleep(made.settings.session_s + 1)
            _send_signal(second, signal.SIGCONT)
            on.until_taken((number + 0.6) / rounds)
            third.stop()
            made.kill(second)
            on.until_taken((number + 0.9) / rounds)
        on.until_taken(1.0)
        assert first.running
        pause = on.pulse.longest_pause(begun, time.monotonic())
        return on.judge("scaled 1→3→2→1: stopped and woken, killed, asked to stop", str(rounds), pause, "longest pause")
