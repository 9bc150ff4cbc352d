"""The way to one topic: what is handed over stays in order and in memory until the broker has acknowledged it."""

import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from kafka import KafkaProducer
from kafka.errors import (
    AuthorizationError,
    BrokerResponseError,
    DuplicateSequenceNumberError,
    InvalidProducerEpochError,
    InvalidProducerIdMappingError,
    KafkaError,
    MessageSizeTooLargeError,
    OutOfOrderSequenceNumberError,
    ProducerFencedError,
    RecordListTooLargeError,
    UnknownProducerIdError,
)

from consumers.broker import (
    BrokerAway,
    BrokerTrouble,
    Login,
    LoginRefused,
    TopicForbidden,
    TopicMissing,
    TopicOnBroker,
    look_up,
    why_away,
)
from consumers.publisher.sent import NotSent, Sent
from schemas.envelope import Headers

POLL_S = 0.5
QUIET_S = 5.0  # an acknowledgement usually takes milliseconds: say so when it takes this long
SLOWEST_RETRY_S = 15.0
# After a refusal, until which what else is on its way is waited for: the broker answers.
HEARD_WITHIN_S = 10.0
# A broker that has just started answers before it knows its own topics.
MISSING_FOR_S = 10.0
# A record larger than a whole batch may be refused for it, and what is on its way beside one that is refused may stand
# on the topic though it is told as failed: so it goes alone.
BATCH_BYTES = 256 * 1024
# Above every limit a broker sets, so that it is the broker that says a record is too large.
MOST_REQUEST = 16 * 1024 * 1024
# The broker lost count of what a producer sent; a new producer begins a new count.
LOST_COUNT = (
    DuplicateSequenceNumberError,
    InvalidProducerEpochError,
    InvalidProducerIdMappingError,
    OutOfOrderSequenceNumberError,
    ProducerFencedError,
    UnknownProducerIdError,
)


class Lane:
    """Sends to one topic through an idempotent producer, and begins again with a new one when that gives up.

    What waits is bounded (``most_records``, ``most_bytes``): ``put`` blocks when it is full. ``patience_s`` is how
    long a record may wait for a broker that is away before it is given up; None: for ever.
    """

    def __init__(
        self,
        topic: str,
        bootstrap: str,
        *,
        patience_s: float | None,
        tell: Callable[[str], None],
        login: Login,
        most_records: int = 10_000,
        most_bytes: int = 32 * 1024 * 1024,
    ) -> None:
        self.topic, self.bootstrap = topic, bootstrap
        self.found: TopicOnBroker | None = None
        self._patience_s, self._tell, self._login = patience_s, tell, login
        self._most_records, self._most_bytes = most_records, most_bytes
        self._waiting: deque[Sent] = deque()
        self._bytes = 0
        self._lost: list[Sent] = []
        self._producer: Any = None
        self._tries = 0
        self._heard = 0.0  # when the last acknowledgement came
        self._missing_since: float | None = None
        self._told = False
        self._lock = threading.RLock()

    def put(self, ref: str | None, key: bytes | None, value: bytes, headers: Headers) -> Sent:
        """Hand a record over; raises ``BrokerTrouble`` where the topic is missing or forbidden."""
        sent = Sent(topic=self.topic, ref=ref, key=key, value=value, headers=headers, _await=self.await_one)
        sent._alone = sent.size > BATCH_BYTES
        with self._lock:
            while self._waiting and self._is_full(sent):
                self._step()
            self._waiting.append(sent)
            self._bytes += sent.size
            try:
                if self._producer is not None and not sent._alone and not self._waiting[0]._alone:
                    self._hand_over(sent)
                while sent._future is None and not sent.done:
                    self._step()
                self.settle()
            except BrokerTrouble:
                if sent in self._lost:  # told now, and not once more at the end
                    self._lost.remove(sent)
                raise
        return sent

    def reach(self) -> TopicOnBroker:
        """Wait until the broker answers; what it says of the topic."""
        with self._lock:
            start = time.monotonic()
            while not self._begin():
                if self._patience_s is not None and time.monotonic() - start > self._patience_s:
                    raise BrokerAway(why_away(self.bootstrap, self._login))
            assert self.found is not None  # noqa: S101  # looked up before the producer is made
            return self.found

    def settle(self) -> None:
        """Take off the front of what waits all that is acknowledged or refused."""
        with self._lock:
            while self._waiting:
                head = self._waiting[0]
                if not head.done:
                    if head._future is None or not head._future.is_done:
                        return
                    if not self._judge(head):
                        return
                self._waiting.popleft()
                self._bytes -= head.size
                head.value, head.headers, head._future = b"", (), None
                if head.reason is not None:
                    self._lost.append(head)

    def drain(self) -> None:
        """Wait until nothing waits; raises ``NotSent`` with all that was given up since the last time."""
        with self._lock:
            while self._waiting:
                self._step()
            lost, self._lost = self._lost, []
        if lost:
            raise NotSent(lost)

    def await_one(self, sent: Sent, timeout: float | None) -> None:
        """Wait until ``sent`` is done."""
        end = None if timeout is None else time.monotonic() + timeout
        self.settle()
        while not sent.done:
            if end is not None and time.monotonic() > end:
                raise TimeoutError(f"{sent.ref} is not acknowledged after {timeout} s")
            with self._lock:
                if self._waiting:
                    self._step()

    def close(self) -> None:
        """Let go of the producer; what still waits is given up."""
        with self._lock:
            self._abandon_producer()
            for sent in self._waiting:
                sent.reason = sent.reason or "the publisher was closed before the broker acknowledged it"
            self._waiting.clear()

    def _is_full(self, sent: Sent) -> bool:
        return len(self._waiting) >= self._most_records or self._bytes + sent.size > self._most_bytes

    def _step(self) -> None:
        """One short wait for the record at the front, or one try to reach the broker."""
        if self._producer is None:
            self._begin()
        elif self._waiting and (future := self._waiting[0]._future) is not None:
            with suppress(KafkaError):  # what became of it is judged below
                future.get(POLL_S)
        else:
            self._hand_over_waiting()
        self.settle()
        self._mind_the_front()

    def _begin(self) -> bool:
        """Reach the broker and hand over, in order, all that waits and is not acknowledged; or wait a while."""
        if self._producer is not None:
            return True
        if self._tries:
            time.sleep(min(SLOWEST_RETRY_S, POLL_S * 2 ** min(self._tries, 6)))
        self._tries += 1
        try:
            self.found = self._look_up()
            self._missing_since = None
            self._producer = self._new_producer()
        except TopicMissing:
            now = time.monotonic()
            self._missing_since = self._missing_since or now
            if now - self._missing_since > MISSING_FOR_S:
                self._give_all_up("the topic is missing")
                raise
        except (TopicForbidden, LoginRefused) as refused:
            self._give_all_up("the login is refused" if isinstance(refused, LoginRefused) else "the topic is forbidden")
            raise
        except BrokerAway as away:
            self._say_waiting(str(away))
        except KafkaError:
            self._say_waiting(why_away(self.bootstrap, self._login))
        else:
            self._hand_over_waiting()
        return self._producer is not None

    def _look_up(self) -> TopicOnBroker:
        return look_up(self.bootstrap, self.topic, self._login)

    def _new_producer(self) -> Any:
        return KafkaProducer(
            bootstrap_servers=self.bootstrap.split(","),
            bootstrap_timeout_ms=5_000,
            enable_idempotence=True,
            acks="all",
            compression_type="lz4",
            linger_ms=10,
            batch_size=BATCH_BYTES,
            max_request_size=MOST_REQUEST,
            max_block_ms=10_000,
            allow_auto_create_topics=False,
            # The producer itself tries again for a day: only so does it keep count of what it sent, and send it once.
            delivery_timeout_ms=86_400_000,
            reconnect_backoff_max_ms=2_000,
            # What was on its way to a broker that was killed is missed only then, and nothing behind it moves before.
            request_timeout_ms=10_000,
            **self._login,
        )

    def _hand_over_waiting(self) -> None:
        """Give the producer, in order, what waits and is not with it yet, up to one that goes alone."""
        on_its_way = False
        for sent in list(self._waiting):
            if self._producer is None:
                return
            if sent.done or _arrived(sent):
                continue
            if sent._alone and on_its_way:
                return
            if sent._future is None:
                self._hand_over(sent)
            if sent._alone:
                return
            on_its_way = True

    def _hand_over(self, sent: Sent) -> None:
        sent._future = None
        try:
            sent._future = self._producer.send(self.topic, value=sent.value, key=sent.key, headers=list(sent.headers))
        except MessageSizeTooLargeError as error:
            sent.reason = _sentence(error)
        except KafkaError:
            self._abandon_producer()  # it could not learn where the topic is: ask anew

    def _judge(self, head: Sent) -> bool:
        """Whether the fate of the record at the front is settled; if not, everything begins again from it."""
        error = head._future.exception
        if error is None:
            head.partition, head.offset = head._future.value.partition, head._future.value.offset
            self._say_going_on()
            return True
        if isinstance(error, AuthorizationError):
            self._give_all_up("the topic is forbidden")
            raise TopicForbidden(f"the broker at {self.bootstrap} does not let this login write to {self.topic}")
        # After a refusal kafka-python 3.0.12 fails all that stood behind the refused record, for the same reason: so
        # the record is tried alone before it is given up, and the rest go on with another producer.
        refused = isinstance(error, BrokerResponseError) and not error.retriable and not isinstance(error, LOST_COUNT)
        if refused:
            self._hear_of_the_rest()
        self._abandon_producer()
        if refused:
            if head._alone:
                head.reason = _sentence(error)
            head._alone = True
            self._tries = 0  # the broker is there, and answers
        return head.done

    def _hear_of_the_rest(self) -> None:
        """Wait for what is on its way to a broker that answers: another producer would send it a second time."""
        end = time.monotonic() + HEARD_WITHIN_S
        for sent in self._waiting:
            while sent._future is not None and not sent._future.is_done and time.monotonic() < end:
                with suppress(KafkaError):
                    sent._future.get(POLL_S)

    def _mind_the_front(self) -> None:
        """Say that the broker is slow to answer, and give up what has waited longer than patience allows."""
        now = time.monotonic()
        if not self._waiting or now - self._waiting[0].since < min(QUIET_S, self._patience_s or QUIET_S):
            return
        if not self._told and now - self._heard > QUIET_S:
            self._say_waiting(why_away(self.bootstrap, self._login))
        if self._patience_s is None or now - self._waiting[0].since < self._patience_s:
            return
        reason = f"{why_away(self.bootstrap, self._login)}; given up after {self._patience_s:.0f} s"
        for sent in self._waiting:
            if now - sent.since > self._patience_s and not sent.done and not _arrived(sent):
                sent.reason = reason
        self.settle()

    def _abandon_producer(self) -> None:
        producer, self._producer = self._producer, None
        if producer is None:
            return
        # close() first waits for what is on its way, for ever when the broker is away; there is no public way out.
        producer._sender.force_close()
        with suppress(KafkaError):
            producer.close(timeout=POLL_S)
        for sent in self._waiting:
            if not _arrived(sent):
                sent._future = None

    def _give_all_up(self, reason: str) -> None:
        self._abandon_producer()
        for sent in self._waiting:
            sent.reason = sent.reason or reason
        self.settle()

    def _say_waiting(self, why: str) -> None:
        if not self._told:
            self._told = True
            self._tell(f"{why}; waiting")

    def _say_going_on(self) -> None:
        self._tries, self._heard = 0, time.monotonic()
        if self._told:
            self._told = False
            self._tell(f"the broker at {self.bootstrap} answers again; going on")


def _arrived(sent: Sent) -> bool:
    return sent._future is not None and sent._future.is_done and sent._future.exception is None


def _sentence(error: KafkaError) -> str:
    if isinstance(error, MessageSizeTooLargeError | RecordListTooLargeError):
        return "it is larger than the broker takes"
    return f"the broker refuses it ({type(error).__name__.removesuffix('Error')})"
