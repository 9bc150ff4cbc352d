"""How long the page takes while twenty people click: a town's reports in the store, a server of its own processes.

Beside how long each waits stands what each page costs the server in processor time, one after the other with nobody
else clicking: that hardly moves with what else the machine does.
"""

import multiprocessing
import random
import re
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import httpx2
import psutil
import structlog
from sqlalchemy import func, select

from schemas.tables import Report
from streams.store import open_store, reading
from tests.bench.figures import keep
from tests.consumers.web.browser.served import served
from tests.consumers.web.browser.town import PASSWORD, filled

COMMAND = "python -m tests.bench page"
PEOPLE, SECONDS, PATIENCE_S = 20, 60, 120.0
TIMES = 20  # that each page is asked for to see what it costs
WEEKS, SCALE = 46, 4.0  # of a town four times as large as the demo's: some 97,000 reports
TOWN = 95_000  # reports from which on the figure is kept
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
# five people share a user here, and tries at once count as wrong ones until they are judged
_IN_TURN = threading.Lock()
_ALERT = re.compile(r'/alerts/([0-9a-f-]{36})"')


def measure_page() -> None:
    """A line for each page. ``--store FILE``: a SQLite store that is there, copied first; else one is filled.

    ``--workers N``: so many processes answer.
    """
    processes = int(_said("--workers") or 1)
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as name:
        folder = Path(name)
        if given := _said("--store"):
            _copied(Path(given), folder)
        else:
            filled(folder, weeks=WEEKS, scale=SCALE).dispose()
        store = f"sqlite:///{folder / 'store.db'}"
        reports = _reports(store)
        print(f"{reports:,} reports in the store, {PEOPLE} people, {SECONDS} s, {processes} processes")
        with _servers(store, processes) as (url, ids):
            costs = _costs(url, ids)
            took = _clicked(url)
    every = sorted(one for some in took.values() for one in some)
    if reports >= TOWN:
        worst, slowest = max((_share(sorted(some), 0.95), what) for what, some in took.items())
        said = f"{_share(every, 0.95):.0f} ms over all; the slowest page ({slowest}) {worst:.0f} ms"
        keep("page", said, command=f"{COMMAND} --workers {processes}")
    print("| page | clicks | processor | p50 | p95 |")
    for what, some in (*sorted(took.items()), ("all", every)):
        ordered, cost = sorted(some), f"{costs[what]:.0f} ms" if what in costs else ""
        print(f"| {what} | {len(some):,} | {cost} | {_share(ordered, 0.5):.0f} ms | {_share(ordered, 0.95):.0f} ms |")


def _said(option: str) -> str | None:
    return sys.argv[sys.argv.index(option) + 1] if option in sys.argv else None


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
def _servers(store: str, processes: int) -> Iterator[tuple[str, list[int]]]:
    """The page in processes of its own, so that those who click do not stand in its way."""
    spawn = multiprocessing.get_context("spawn")
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listening, ExitStack() as ends:
        started, url = [], ""
        for _ in range(processes):
            ours, theirs = spawn.Pipe()
            process = spawn.Process(target=_serve, args=(store, theirs, listening, processes), daemon=True)
            process.start()
            ends.callback(process.join, 60)
            ends.callback(ours.send, "enough")
            started.append(process.pid)
            url = ours.recv()
        yield url, started


def _serve(store: str, told: Connection, listening: socket.socket, processes: int) -> None:
    structlog.configure(processors=[], logger_factory=structlog.ReturnLoggerFactory())
    engine = open_store(store)
    with served(engine, listening, processes) as url:
        told.send(url)
        told.recv()
    engine.dispose()


def _costs(url: str, servers: list[int]) -> dict[str, float]:
    """Milliseconds of processor time that each page takes of the servers, once what is read once in a life is read."""
    found = {}
    with _signed_in(url, AGENCIES[0]) as (browser, alerts):
        for what, (_, path) in CLICKS.items():
            for again in range(2 * len(servers)):
                browser.get(path.format(agency=AGENCIES[0], alert=alerts[again % len(alerts)]))
            before = _spent(servers)
            for number in range(TIMES):
                browser.get(path.format(agency=AGENCIES[0], alert=alerts[number % len(alerts)]))
            found[what] = (_spent(servers) - before) / TIMES * 1000
    return found


def _spent(servers: list[int]) -> float:
    return sum(sum(psutil.Process(id).cpu_times()[:2]) for id in servers)


def _clicked(url: str) -> dict[str, list[float]]:
    took: dict[str, list[float]] = defaultdict(list)
    start = threading.Barrier(PEOPLE, timeout=PATIENCE_S)  # all are signed in before the first is timed
    with ThreadPoolExecutor(PEOPLE) as people:
        for clicking in as_completed(people.submit(_person, url, number, start, took) for number in range(PEOPLE)):
            clicking.result()  # who fails ends first, those that waited for it later
    return took


@contextmanager
def _signed_in(url: str, agency: str, number: int = 0) -> Iterator[tuple[httpx2.Client, list[str]]]:
    """A browser of an agency's own, at an address of its own, and the alerts on its first page.

    All that this measurement asks at once is more than the page lets by from one address.
    """
    at = httpx2.HTTPTransport(local_address=f"127.0.0.{number + 1}")
    with httpx2.Client(base_url=url, follow_redirects=True, timeout=60, transport=at) as browser:
        word = _WORD.search(browser.get("/sign-in").text)
        assert word
        given = {"word": word[1], "name": f"alex@{agency}.example", "password": PASSWORD}
        with _IN_TURN:
            signed = browser.post("/sign-in", data=given, headers={"origin": url})
        first = browser.get(f"/agencies/{agency}")
        if not (alerts := _ALERT.findall(first.text)):
            raise AssertionError(f"no alerts: {signed.status_code} {signed.url}, then {first.status_code} {first.url}")
        yield browser, alerts


def _person(url: str, number: int, start: threading.Barrier, took: dict[str, list[float]]) -> None:
    chance, agency = random.Random(number), AGENCIES[number % len(AGENCIES)]
    with _signed_in(url, agency, 1 + number) as (browser, alerts):
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
