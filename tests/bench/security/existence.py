"""Whether one who may not know of a report can tell that it is there: by bytes, by exports, by how long things take.

``--page-worlds N``: how many worlds the page and exports are searched in; ``--repeats N``: how often a page is timed,
``--trials N``: and an alert on its way to the topic, in each world; ``--stages N``: what the stages take for it, of
processor time, in which little of what else the machine does is seen. None of one leaves it out. ``--times FILE``: the
times on the topic are added to those of runs before, so that a few short ones on a machine left alone make a long one.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given, seed
from hypothesis import strategies as st
from kafka import KafkaConsumer, TopicPartition
from scipy.stats import mannwhitneyu

from schemas.topics import ALERTS
from tests.bench.chance import cases
from tests.bench.running import tocsin
from tests.consumers.accounts.people import a_user
from tests.consumers.web.seats import Browser, a_house
from tests.consumers.web.test_existence import pages
from tests.integration.rig import Rig
from tests.streams.issues.scenarios import MARKINGS, bodies
from tests.streams.issues.way import PARTNERSHIP, Body, Way, close_all, person, report
from tests.streams.keeping.test_depersonalised import is_hidden, published
from tests.streams.sharing.existing import PARTNERSHIPS, seen_by

ALIKE = 0.05  # of what is timed together, a p below this divided among them tells the worlds apart
WARM = 3  # pairs of the live ones that are thrown away
HIDDEN: Body = {"restricted_to": []}


def measure_existence() -> None:
    """Bytes first, then times."""
    asked = _asked()
    if asked.page_worlds:
        _worlds(asked.page_worlds, asked.seed)
    if asked.repeats:
        _page_times(asked.repeats, random.Random(asked.seed))
    if asked.stages:
        _tell_pairs("through the stages, of processor time", _stage_times(asked.stages, random.Random(asked.seed)))
    if asked.trials:
        with tocsin() as made:
            took = _topic_times(made, asked.trials, random.Random(asked.seed))
        if asked.times:
            before = json.loads(asked.times.read_text()) if asked.times.exists() else [[], []]
            took = [was + now for was, now in zip(before, took, strict=True)]
            asked.times.write_text(json.dumps(took))
        _tell("alert on the topic", took, 1)
        _tell_pairs("alert on the topic", took)


def _worlds(count: int, number: int) -> None:
    tried, differ = [0, 0], [0, 0]

    @seed(number)
    @cases(count)
    @given(bodies(markings=MARKINGS), st.sampled_from(sorted(PARTNERSHIPS)), st.sampled_from(sorted(PARTNERSHIP)))
    def one(sent: list[Body], signed: str, agency: str) -> None:
        partnership, world = PARTNERSHIPS[signed]
        ways = [Way(partnership=partnership).take(some).close(45) for some in (sent, seen_by(agency, sent, world))]
        whole, alone = pages(agency, *ways)
        tried[0] += len(whole)
        differ[0] += sum(whole[path] != alone[path] for path in whole)
        exports = [published(Way().take(some)) for some in (sent, [one for one in sent if not is_hidden(one)])]
        tried[1] += 1
        differ[1] += exports[0] != exports[1]
        close_all()

    one()
    print(
        f"pages: {differ[0]} of {tried[0]:,} answers in {count} worlds differ, in bytes, headers, status or statements"
    )
    print(f"published counts: {differ[1]} of {tried[1]} differ")


def _page_times(repeats: int, chance: random.Random) -> None:
    """Three addresses of the page in two worlds, each asked so often, in an order that is chance's."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as name:
        ways = [Way(f"sqlite:///{Path(name) / f'{world}.db'}").take(some) for world, some in enumerate(_two_worlds())]
        browsers = [_seated(way) for way in ways]
        mine = sorted(ways[1].standing_copies("housing"))[0]
        theirs = sorted(set(ways[0].standing_copies("fire")) - set(ways[0].standing_copies("housing")))[0]
        here = "/agencies/housing"
        paths = {
            "the list": here,
            "an alert": f"{here}/alerts/{mine}",
            "one that is not theirs": f"{here}/alerts/{theirs}",
        }
        for said, path in paths.items():
            took = _timed([lambda one=one, path=path: one.get(path) for one in browsers], repeats, chance)
            _tell(f"page, {said}", took, len(paths))
    close_all()


def _two_worlds() -> tuple[list[Body], list[Body]]:
    sent = [report("police", n, n % 20, people=[_somebody(n % 12)]) for n in range(48)]
    hidden = [report("fire", n, n % 20, people=[_somebody(n % 18)], **HIDDEN) for n in range(54)]
    return [*sent, *hidden], sent


def _somebody(number: int) -> Body:
    born = f"19{60 + number % 40}-{1 + number % 12:02d}-{2 + number % 26:02d}"
    sounds = ("bra", "kel", "mon", "tri", "dus", "fay", "gor", "hin", "jol", "pex")
    family = "".join(sounds[int(figure)] for figure in f"{number:03d}").title()
    return person(
        "suspect", f"Quentin {family}", born, identifiers={"pnc": f"19{60 + number % 40}/{100_000 + number}A"}
    )


def _seated(way: Way) -> Browser:
    browser = Browser(a_house(way.engine))
    return browser.sit(a_user(way.engine, "ann@housing.example", "housing"))


def _timed(asked: Sequence[Callable[[], Any]], repeats: int, chance: random.Random) -> list[list[float]]:
    """Seconds, by world."""
    order = [world for world in range(len(asked)) for _ in range(repeats)]
    chance.shuffle(order)
    took: list[list[float]] = [[] for _ in asked]
    for ask in asked:
        ask()
    for world in order:
        started = time.perf_counter()
        asked[world]()
        took[world].append(time.perf_counter() - started)
    return took


def _topic_times(made: Rig, repeats: int, chance: random.Random) -> list[list[float]]:
    """From the report that makes an issue of it to the alert on the topic, with a hidden report in it or without.

    In pairs, one of each, so that what else the machine does falls on both alike; which goes first is chance's.
    """
    made.start_worker()
    took: list[list[float]] = [[], []]
    place = TopicPartition(ALERTS.topic("housing"), 0)
    with KafkaConsumer(bootstrap_servers=made.bootstrap, enable_auto_commit=False) as consumer:
        consumer.assign([place])
        consumer.seek_to_end(place)
        for pair in range(WARM + repeats):
            for world in chance.sample((0, 1), 2):
                seconds = _until_told(made, consumer, 2 * pair + world, hidden=world == 0)
                if pair >= WARM:
                    took[world].append(seconds)
    return took


def _stage_times(repeats: int, chance: random.Random) -> list[list[float]]:
    """What the stages take from the report that makes an issue of it to the copy, with a hidden one in it or without.

    The broker knows nothing of what is hidden: what differs can only differ here.
    """
    took: list[list[float]] = [[], []]
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as name:
        way = Way(f"sqlite:///{Path(name) / 'store.db'}")
        for pair in range(WARM + repeats):
            for world in chance.sample((0, 1), 2):
                before, beside, last = _three_and_one(2 * pair + world, hidden=world == 0)
                way.take([*before, beside])
                told, started = len(way.told), time.process_time()
                way.take([last])
                seconds = time.process_time() - started
                if not any(".alerts.housing." in message.topic for message in way.told[told:]):
                    raise SystemExit(f"no alert came of {pair}")
                if pair >= WARM:
                    took[world].append(seconds)
    close_all()
    return took


def _three_and_one(number: int, *, hidden: bool) -> tuple[list[Body], Body, Body]:
    """Two reports on somebody, one beside them that may be hidden and on the same, and the third that makes it due."""
    someone = _somebody(number)
    before = [report("police", f"{number}-{n}", 3 * n, people=[someone]) for n in range(2)]
    beside: Body = {"people": [someone], **HIDDEN} if hidden else {"category": "burglary"}
    return before, report("fire", number, 1, **beside), report("police", f"{number}-2", 6, people=[someone])


def _until_told(made: Rig, consumer: Any, number: int, *, hidden: bool) -> float:
    before, beside, last = _three_and_one(number, hidden=hidden)
    made.send("police", before)
    made.send("fire", [beside])  # in both worlds as many come, and settle, before the one that is timed
    made.settle()
    consumer.poll(timeout_ms=0)
    started = time.perf_counter()
    made.send("police", [last])
    while True:
        for records in consumer.poll(timeout_ms=50).values():
            if any(f"police:{number}-2".encode() in (record.value or b"") for record in records):
                return time.perf_counter() - started
        if time.perf_counter() - started > 60:
            raise SystemExit(f"no alert came of {number}")


def _tell(what: str, took: Sequence[Sequence[float]], together: int) -> None:
    """The middle of each world, how often a time of the first is longer than one of the second, and by what chance."""
    rank, p = mannwhitneyu(took[0], took[1], alternative="two-sided")
    longer = rank / (len(took[0]) * len(took[1]))
    middle = [statistics.median(some) * 1000 for some in took]
    said = "told apart" if p < ALIKE / together else "not told apart"
    print(
        f"{what}: {len(took[0])} and {len(took[1])} times, median {middle[0]:.2f} ms with, {middle[1]:.2f} ms without,"
        f" longer with it in {longer:.3f} of pairs (.5: alike), p {p:.3f}: {said}"
    )


def _tell_pairs(what: str, took: Sequence[Sequence[float]]) -> None:
    """How much longer it takes with the hidden report, by the middle of all means of two pairs, and within what."""
    apart = np.array(took[0]) - np.array(took[1])
    n = len(apart)
    means = np.sort(((apart[:, None] + apart) / 2)[np.triu_indices(n)])
    outside = max(0, round(n * (n + 1) / 4 - 1.96 * (n * (n + 1) * (2 * n + 1) / 24) ** 0.5))
    low, middle, high = (float(ms) * 1000 for ms in (means[outside], np.median(means), means[-1 - outside]))
    print(
        f"{what}: {n} pairs: {middle:+.1f} ms with it, from {low:+.1f} to {high:+.1f} by 95 %;"
        f" {1.4 * (high - low) / 2:.0f} ms would have been seen four times in five"
    )


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--page-worlds", type=int, default=60)
    parser.add_argument("--repeats", type=int, default=400)
    parser.add_argument("--trials", type=int, default=50)
    parser.add_argument("--stages", type=int, default=200)
    parser.add_argument("--times", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_known_args()[0]
