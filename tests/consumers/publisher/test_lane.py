"""The lane with a producer that does as it is told: what fails is sent again, in order, and nothing is forgotten."""

from collections import namedtuple
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from kafka.errors import InvalidRecordError, KafkaTimeoutError, MessageSizeTooLargeError, OutOfOrderSequenceNumberError
from kafka.errors import TopicAuthorizationFailedError as NotAllowed
from kafka.future import Future

from consumers.broker import BrokerAway, TopicForbidden, TopicMissing, TopicOnBroker
from consumers.publisher import lane as lanes
from consumers.publisher.lane import Lane
from consumers.publisher.sent import NotSent

Metadata = namedtuple("Metadata", "partition offset")


class Answer(Future):
    """A future whose ``get`` does not wait; a late one is acknowledged once somebody asks."""

    late = False

    def get(self, _timeout: float | None = None) -> Any:
        if self.late and not self.is_done:
            self.success(Metadata(0, 0))
        if not self.is_done:
            raise KafkaTimeoutError
        if self.exception:
            raise self.exception
        return self.value


class Producer:
    """Answers each record as ``answer`` says: an offset, an error, or None for never."""

    def __init__(self, log: list[bytes], answer: Callable[[bytes], Any]) -> None:
        self.log, self.answer = log, answer
        self._sender = SimpleNamespace(force_close=lambda: None)

    def send(self, _topic: str, *, value: bytes, key: bytes | None, headers: list[Any]) -> Answer:
        said = self.answer(value)
        if isinstance(said, MessageSizeTooLargeError | KafkaTimeoutError):
            raise said
        future = Answer()
        if isinstance(said, Exception):
            return future.failure(said)
        if said is None or said == "late":
            future.late = said == "late"
            return future
        self.log.append(value)
        return future.success(Metadata(0, len(self.log) - 1))

    def close(self, timeout: float) -> None:
        pass


class TestLane(Lane):
    __test__ = False

    def __init__(self, *producers: Callable[[bytes], Any], looks: list[Exception] | None = None, **kept: Any) -> None:
        self.log: list[bytes] = []
        self.told: list[str] = []
        self.answers = list(producers)
        self.looks = looks or []
        self.made = 0
        kept = {"patience_s": None, **kept}
        super().__init__("tocsin.inbound.police.v1", "127.0.0.1:1", tell=self.told.append, login={}, **kept)

    def _look_up(self) -> TopicOnBroker:
        if self.looks:
            raise self.looks.pop(0)
        return TopicOnBroker(id="one", partitions=(0,))

    def _new_producer(self) -> Producer:
        self.made += 1
        return Producer(self.log, self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])


def take(_: bytes) -> bool:
    return True


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "POLL_S", 0.0)


def send(lane: Lane, *values: bytes) -> list[Any]:
    return [lane.put(f"police:{value.decode()}", value, value, ()) for value in values]


def test_acknowledged_records_know_where_they_stand() -> None:
    lane = TestLane(take)
    (one, two) = send(lane, b"a", b"b")
    lane.drain()
    assert [(s.partition, s.offset) for s in (one, two)] == [(0, 0), (0, 1)]
    assert one.result() is one


def test_nothing_is_reached_before_something_is_sent() -> None:
    lane = TestLane(take)
    assert lane.made == 0
    assert lane.reach().id == "one"
    assert lane.made == 1


def test_a_producer_that_gives_up_is_replaced_and_the_order_kept() -> None:
    failing = {b"b", b"c"}
    lane = TestLane(lambda value: OutOfOrderSequenceNumberError() if value in failing else True, take)
    sent = [*send(lane, b"a", b"b"), *send(lane, b"c", b"d")]
    lane.drain()
    assert lane.made == 2
    assert lane.log == [b"a", b"b", b"c", b"d"]
    assert all(one.done and one.reason is None for one in sent)


def test_what_arrived_is_not_sent_again_though_one_before_it_failed() -> None:
    said = {b"a": None, b"b": True, b"c": OutOfOrderSequenceNumberError()}
    lane = TestLane(said.get, take)
    a, b, _c = send(lane, b"a", b"b", b"c")
    a._future.failure(OutOfOrderSequenceNumberError())
    lane.drain()
    assert lane.log == [b"b", b"a", b"c"]
    assert b.offset == 0


def test_one_that_is_too_large_is_told_and_the_rest_go_on() -> None:
    lane = TestLane(lambda value: MessageSizeTooLargeError() if value == b"big" else True)
    _, big, _ = send(lane, b"a", b"big", b"b")
    with pytest.raises(NotSent, match="police:big was not sent: it is larger than the broker takes") as told:
        lane.drain()
    assert told.value.lost == [big]
    assert lane.log == [b"a", b"b"]
    lane.drain()  # it is told once


class Spoilt:
    """A producer's answers as kafka-python 3.0.12 gives them: after one refusal, all that follows is refused."""

    def __init__(self) -> None:
        self.spoilt = False

    def __call__(self, value: bytes) -> object:
        self.spoilt = self.spoilt or value == b"bad"
        return InvalidRecordError() if self.spoilt else True


def test_one_refusal_fails_all_behind_it_and_only_the_one_is_given_up() -> None:
    lane = TestLane(*(Spoilt() for _ in range(9)))
    send(lane, b"a", b"bad", b"b", b"c")
    with pytest.raises(NotSent, match=r"police:bad was not sent: the broker refuses it \(InvalidRecord\)$"):
        lane.drain()
    assert lane.log == [b"a", b"b", b"c"]
    late = Spoilt()
    lane = TestLane(lambda value: "late" if value == b"a" else late(value), *(Spoilt() for _ in range(9)))
    send(lane, b"a", b"bad", b"b", b"bad", b"c")
    with pytest.raises(NotSent, match="and 1 more"):
        lane.drain()
    assert lane.log == [b"b", b"c"]


def test_what_is_on_its_way_when_another_is_refused_is_not_sent_a_second_time() -> None:
    lane = TestLane(lambda value: None if value == b"bad" else "late", *(Spoilt() for _ in range(9)))
    bad, late = send(lane, b"bad", b"a")
    bad._future.failure(InvalidRecordError())
    with pytest.raises(NotSent, match="police:bad was not sent"):
        lane.drain()
    assert lane.log == []  # the first producer's alone had it
    assert (late.done, late.reason) == (True, None)


def test_a_record_larger_than_a_batch_goes_alone() -> None:
    large, on_their_way, most = b"x" * (lanes.BATCH_BYTES + 1), 0, []

    def answer(value: bytes) -> object:
        nonlocal on_their_way
        on_their_way += 1
        most.append((value[:1], on_their_way))
        return "late"

    class Heard(TestLane):
        def _judge(self, head: Any) -> bool:
            nonlocal on_their_way
            on_their_way -= 1
            return super()._judge(head)

    lane = Heard(answer)
    send(lane, b"a", b"b", large, b"c", b"d", large, large)
    lane.drain()
    assert most == [(b"a", 1), (b"b", 2), (b"x", 1), (b"c", 1), (b"d", 2), (b"x", 1), (b"x", 1)]


def test_a_broker_that_is_away_is_waited_for_and_told_once() -> None:
    lane = TestLane(take, looks=[BrokerAway("the broker is away"), BrokerAway("the broker is away")])
    send(lane, b"a")
    lane.drain()
    assert lane.told == ["the broker is away; waiting", "the broker at 127.0.0.1:1 answers again; going on"]


def test_patience_ends() -> None:
    lane = TestLane(lambda _: None, patience_s=0.05)
    (one,) = send(lane, b"a")
    with pytest.raises(NotSent, match="does not answer; given up after 0 s"):
        lane.drain()
    with pytest.raises(NotSent):
        one.result()


def test_waiting_for_one_may_end_before_it_does() -> None:
    lane = TestLane(lambda _: None)
    (one,) = send(lane, b"a")
    with pytest.raises(TimeoutError):
        one.result(timeout=0.01)


def test_a_forbidden_topic_ends_it() -> None:
    lane = TestLane(lambda _: NotAllowed())
    with pytest.raises(TopicForbidden, match="does not let this login write"):
        send(lane, b"a")
    assert not lane._waiting
    lane.drain()  # what was raised is not told again


def test_a_missing_topic_is_given_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    lane = TestLane(take, looks=[TopicMissing("no topic")])
    send(lane, b"a")
    assert lane.log == [b"a"]
    monkeypatch.setattr(lanes, "MISSING_FOR_S", -1.0)
    lane = TestLane(take, looks=[TopicMissing("no topic")])
    with pytest.raises(TopicMissing):
        send(lane, b"a")


def test_what_waits_is_bounded() -> None:
    waiting: list[int] = []

    def answer(_value: bytes) -> str:
        waiting.append(len(lane._waiting))
        return "late"

    lane = TestLane(answer, most_records=3)
    sent = send(lane, *(b"%d" % n for n in range(20)))
    assert max(waiting) == 3
    lane.drain()
    assert all(one.offset is not None for one in sent)


def test_bytes_are_bounded_too() -> None:
    lane = TestLane(take, most_bytes=4_000)
    send(lane, *(b"x" * 1_000 for _ in range(20)))
    assert lane._bytes <= 4_000
    send(lane, b"y" * 10_000)  # one alone may be larger
    lane.drain()
    assert lane._bytes == 0


def test_closing_gives_up_what_waits() -> None:
    lane = TestLane(lambda _: None)
    (one,) = send(lane, b"a")
    lane.close()
    assert one.reason
    assert "closed" in one.reason
