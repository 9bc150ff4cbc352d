"""The watcher and a real broker."""

import io
import json
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from consumers.filters import Filters
from consumers.watcher import follow, watch
from consumers.watcher.command import watch_command
from schemas.topics import ALERTS
from tests.consumers.topics import make_topic, new_agency, put
from tests.consumers.watcher.alerts import told

pytestmark = pytest.mark.broker


class Watcher:
    """A watch in a thread of its own, with what it showed and said."""

    def __init__(self, bootstrap: str, agency: str, **options: Any) -> None:
        self.out, self.said, self.stop = io.StringIO(), [], threading.Event()
        self.failed: BaseException | None = None
        options = {"name": "ann", "filters": Filters(), "as_json": True, **options}

        def run() -> None:
            try:
                watch(bootstrap, agency, out=self.out, stop=self.stop, tell=self.said.append, **options)
            except BaseException as error:
                self.failed = error

        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()

    def shown(self) -> list[tuple[str, int]]:
        alerts = [json.loads(line) for line in self.out.getvalue().splitlines()]
        return [(alert["id"], alert.get("version", -1)) for alert in alerts]

    def until(self, true: Callable[[], bool]) -> None:
        end = time.monotonic() + 40
        while not true():
            assert time.monotonic() < end, (self.shown(), self.said, self.failed)
            time.sleep(0.05)

    def end(self) -> list[tuple[str, int]]:
        self.stop.set()
        self.thread.join(30)
        assert not self.thread.is_alive()
        assert self.failed is None
        return self.shown()


@pytest.fixture
def agency(broker: str) -> str:
    name = new_agency()
    make_topic(broker, ALERTS.topic(name), **{"cleanup.policy": "compact"})
    return name


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "ASK_EVERY_S", 0.5)
    monkeypatch.setattr(follow, "RETRY_S", 0.2)


def test_what_stands_is_shown_then_what_comes_and_the_next_watch_goes_on(broker: str, agency: str) -> None:
    topic = ALERTS.topic(agency)
    put(broker, topic, told(1), told(1), told(2))
    first = Watcher(broker, agency)
    first.until(lambda: len(first.shown()) == 2)
    put(broker, topic, told(1, 2), ("a2", None), ("x", b"{no alert"))
    first.until(lambda: len(first.shown()) == 4 and "is no alert" in "".join(first.said))
    assert first.end() == [("a1", 1), ("a2", 1), ("a1", 2), ("a2", -1)]
    assert any("is no alert: it is not JSON" in said for said in first.said)
    put(broker, topic, told(3))
    second = Watcher(broker, agency)
    second.until(lambda: bool(second.shown()))
    assert second.end() == [("a3", 1)]


def test_another_name_sees_everything_and_filters_hold(broker: str, agency: str) -> None:
    topic = ALERTS.topic(agency)
    put(broker, topic, told(1), told(2, severity="high"), told(3, severity="low"))
    for name, filters, wanted in (
        ("ann", Filters(), ["a1", "a2", "a3"]),
        ("bob", Filters(min_severity="high"), ["a2"]),
    ):
        watcher = Watcher(broker, agency, name=name, filters=filters)
        watcher.until(lambda: len(watcher.shown()) == len(wanted))  # noqa: B023
        assert [alert for alert, _ in watcher.end()] == wanted


def test_since_begins_at_the_brokers_time(broker: str, agency: str) -> None:
    topic = ALERTS.topic(agency)
    now = datetime.now(UTC)
    put(broker, topic, told(1), at_ms=int((now - timedelta(hours=3)).timestamp() * 1000))
    put(broker, topic, told(2), at_ms=int((now - timedelta(hours=1)).timestamp() * 1000))
    watcher = Watcher(broker, agency, since=now - timedelta(hours=2))
    watcher.until(lambda: bool(watcher.shown()))
    put(broker, topic, told(3))
    watcher.until(lambda: len(watcher.shown()) == 2)
    assert watcher.end() == [("a2", 1), ("a3", 1)]
    again = Watcher(broker, agency, since=now - timedelta(hours=2))  # asked anew, it goes back
    again.until(lambda: len(again.shown()) == 2)
    assert again.end() == [("a2", 1), ("a3", 1)]
    later = Watcher(broker, agency, name="bob", since=now + timedelta(hours=1))
    time.sleep(2)
    put(broker, topic, told(4))
    later.until(lambda: bool(later.shown()))
    assert later.end() == [("a4", 1)]


def test_a_missing_topic_is_told_and_waited_for(broker: str) -> None:
    name = new_agency()
    watcher = Watcher(broker, name)
    watcher.until(lambda: bool(watcher.said))
    assert watcher.said == [
        f"the broker at {broker} has no topic {ALERTS.topic(name)}; `tocsin topics apply` makes it; waiting"
    ]
    make_topic(broker, ALERTS.topic(name))
    put(broker, ALERTS.topic(name), told(1))
    watcher.until(lambda: bool(watcher.shown()))
    assert watcher.end() == [("a1", 1)]


def test_a_second_watcher_of_one_name_is_told_why_it_sees_nothing(
    broker: str, agency: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "UNASSIGNED_S", 2.0)
    put(broker, ALERTS.topic(agency), told(1))
    first = Watcher(broker, agency)
    first.until(lambda: bool(first.shown()))
    second = Watcher(broker, agency)
    idle = [first, second]
    second.until(lambda: any("nothing is assigned to this watcher" in said for one in idle for said in one.said))
    for one in idle:
        one.end()


def test_a_broker_that_is_away_is_told_and_a_watch_can_be_ended_then(capsys: pytest.CaptureFixture[str]) -> None:
    stop = threading.Event()
    threading.Timer(1.0, stop.set).start()
    assert watch_command("127.0.0.1:1", agency="police", name="ann", stop=stop) == 0
    assert capsys.readouterr().err == "the broker at 127.0.0.1:1 does not answer; waiting\n"


def test_wrong_options_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert watch_command("127.0.0.1:1", agency="police", since="soon") == 2
    assert watch_command("127.0.0.1:1", agency="police", min_severity="dire") == 2
    assert "neither a span" in capsys.readouterr().err
