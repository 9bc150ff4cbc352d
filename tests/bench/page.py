"""How long the page takes while twenty people click: a town's reports in the store, a server of its own process."""

import multiprocessing
import random
import re
import shutil
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import httpx2
import structlog
from sqlalchemy import func, select

from schemas.tables import Report
from streams.store import open_store, reading
from tests.bench.figures import keep
from tests.consumers.web.browser.served import served
from tests.consumers.web.browser.town import PASSWORD, filled

COMMAND = "python -m tests.bench page"
PEOPLE, SECONDS = 20, 60
WEEKS, SCALE = 44, 4.0  # of a town four times as large as the demo's: some 96,000 reports
THINKS_S = (1.0, 4.0)  # between one click and the next
AGENCIES = ("police", "housing", "council", "health")
# What is clicked, by how often; {alert} is one of those on the first page.
CLICKS = {
    "now": (4, "/agencies/{agency}"),
    "now, high only": (1, "/agencies/{agency}?severity=high"),
    "alert": (4, "/agencies/{agency}/alerts/{alert}"),
    "board": (2, "/agencies/{agency}/tasking"),
    "map": (2, "/agencies/{agency}/map"),
    "who is who": (1, "/agencies/{agency}/review"),
    "data": (1, "/agencies/{agency}/data"),
    "packs": (1, "/agencies/{agency}/packs"),
    "notices": (1, "/notices"),
}
_WORD = re.compile(r'name="word" value="([0-9a-f]{64})"')
_ALERT = re.compile(r'/alerts/([0-9a-f-]{36})"')


def measure_page() -> None:
    """A line for each page. ``--store FILE``: a SQLite store that is there, copied first; else one is filled."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as name:
        folder = Path(name)
        if "--store" in sys.argv:
            _copied(Path(sys.argv[sys.argv.index("--store") + 1]), folder)
        else:
            filled(folder, weeks=WEEKS, scale=SCALE).dispose()
        store = f"sqlite:///{folder / 'store.db'}"
        reports = _reports(store)
        print(f"{reports:,} reports in the store, {PEOPLE} people, {SECONDS} s")
        with _server(store) as url:
            took = _clicked(url)
    every = sorted(one for some in took.values() for one in some)
    _keep(every, reports)
    for what, some in (*sorted(took.items()), ("all", every)):
        ordered = sorted(some)
        print(f"| {what} | {len(some):,} | {_share(ordered, 0.5):.0f} ms | {_share(ordered, 0.95):.0f} ms |")


def _keep(every: list[float], reports: int) -> None:
    keep(
        "page",
        f"{_share(every, 0.95):.0f} ms, half of all within {_share(every, 0.5):.0f} ms ({reports:,} reports)",
        command=COMMAND,
    )


def _copied(store: Path, folder: Path) -> None:
    for file in store.parent.glob(f"{store.name}*"):
        shutil.copy(file, folder / file.name.replace(store.name, "store.db", 1))


def _reports(store: str) -> int:
    engine = open_store(store)
    with reading(engine) as connection:
        number = connection.execute(select(func.count()).select_from(Report)).scalar_one()
    engine.dispose()
    return number


@contextmanager
def _server(store: str) -> Iterator[str]:
    """The page in a process of its own, so that those who click do not stand in its way."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_serve, args=(store, theirs), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send("enough")
        process.join(60)


def _serve(store: str, told: Connection) -> None:
    structlog.configure(processors=[], logger_factory=structlog.ReturnLoggerFactory())
    engine = open_store(store)
    with served(engine) as url:
        told.send(url)
        told.recv()
    engine.dispose()


def _clicked(url: str) -> dict[str, list[float]]:
    took: dict[str, list[float]] = defaultdict(list)
    start = threading.Barrier(PEOPLE)  # all are signed in before the first is timed
    with ThreadPoolExecutor(PEOPLE) as people:
        for clicking in [people.submit(_person, url, number, start, took) for number in range(PEOPLE)]:
            clicking.result()
    return took


def _person(url: str, number: int, start: threading.Barrier, took: dict[str, list[float]]) -> None:
    chance, agency = random.Random(number), AGENCIES[number % len(AGENCIES)]
    with httpx2.Client(base_url=url, follow_redirects=True, timeout=60) as browser:
        word = _WORD.search(browser.get("/sign-in").text)
        assert word
        given = {"word": word[1], "name": f"alex@{agency}.example", "password": PASSWORD}
        browser.post("/sign-in", data=given, headers={"origin": url})
        alerts = _ALERT.findall(browser.get(f"/agencies/{agency}").text)
        for _, path in CLICKS.values():  # what is read once in a server's life is read
            browser.get(path.format(agency=agency, alert=alerts[0]))
        start.wait()
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            what = chance.choices(list(CLICKS), [often for often, _ in CLICKS.values()])[0]
            path = CLICKS[what][1].format(agency=agency, alert=chance.choice(alerts))
            began = time.perf_counter()
            answer = browser.get(path)
            took[what].append((time.perf_counter() - began) * 1000)
            if answer.status_code != httpx2.codes.OK:
                raise AssertionError(f"{path}: {answer.status_code}")
            time.sleep(chance.uniform(*THINKS_S))


def _share(ordered: list[float], share: float) -> float:
    return ordered[int(len(ordered) * share)]
