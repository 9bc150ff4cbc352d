"""Hearing the alerts as all agencies' analysts together would, each alert once."""

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from kafka import KafkaConsumer, TopicPartition

from schemas.topics import ALERTS


@dataclass(slots=True, kw_only=True)
class HeardAlert:
    """An alert as it stands in the agencies' copies; ``evidence`` is what any of them may know of."""

    id: str
    body: dict[str, Any]
    version: int
    evidence: set[str] = field(default_factory=set)
    copies: dict[str, dict[str, Any]] = field(default_factory=dict)  # agency: its newest copy
    after_s: float | None = None  # from the sending of its last evidence to the first hearing of it

    @property
    def withdrawn(self) -> bool:
        """Whether every agency's copy was pulled back."""
        return not self.copies


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Something an analyst would notice: ``what`` is new, changed, withdrawn, or there again."""

    what: str
    alert: HeardAlert


def alert_consumer(bootstrap: str) -> Any:
    """A consumer of no group, which sees all there is."""
    return KafkaConsumer(
        bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest", fetch_max_wait_ms=100
    )


class Hearing:
    """Reads every agency's alert topic from its beginning; ``consumer`` is kafka-python's, closed at the end."""

    def __init__(self, consumer: Any, agencies: Iterable[str]) -> None:
        self.alerts: dict[str, HeardAlert] = {}
        self._agency_of = {ALERTS.topic(agency): agency for agency in agencies}
        self._consumer = consumer
        self._consumer.assign([TopicPartition(topic, 0) for topic in self._agency_of])
        self._consumer.seek_to_beginning()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._consumer.close()

    def listen(self, wait_s: float, sent_at: Mapping[str, float]) -> Iterator[News]:
        """What came within ``wait_s``; ``sent_at`` tells when each report was sent."""
        for records in self._consumer.poll(timeout_ms=int(wait_s * 1000)).values():
            for record in records:
                agency = self._agency_of[record.topic]
                if record.value is None:
                    yield from self._pulled_back((record.key or b"").decode(), agency)
                else:
                    yield from self._copy(json.loads(record.value), agency, sent_at)

    def behind(self) -> bool:
        """Whether something stands on the topics that was not read."""
        ends = self._consumer.end_offsets(list(self._consumer.assignment()))
        return any(self._consumer.position(place) < end for place, end in ends.items())

    def _copy(self, body: dict[str, Any], agency: str, sent_at: Mapping[str, float]) -> Iterator[News]:
        heard = self.alerts.get(body["id"])
        if heard is None:
            heard = self.alerts[body["id"]] = HeardAlert(id=body["id"], body=body, version=body["version"])
            last = max((sent_at[ref] for ref in body["evidence"] if ref in sent_at), default=None)
            heard.after_s = None if last is None else time.monotonic() - last
            if not self._known_otherwise(heard):
                yield News(what="new", alert=heard)
        elif heard.withdrawn:
            heard.body, heard.version = body, body["version"]
            yield News(what="again", alert=heard)
        elif body["version"] > heard.version:
            before, heard.body, heard.version = heard.body, body, body["version"]
            if (before["kind"], before.get("severity")) != (body["kind"], body.get("severity")):
                yield News(what="changed", alert=heard)
        if body["version"] >= heard.version:
            heard.copies[agency] = body
        heard.evidence = {ref for copy in heard.copies.values() for ref in copy["evidence"]}

    def _known_otherwise(self, heard: HeardAlert) -> bool:
        """Whether it is an issue heard of already: who may not know all of one has it under an id of its own."""
        evidence = set(heard.body["evidence"])
        return any(
            other.body["kind"] == heard.body["kind"] and 2 * len(evidence & other.evidence) > len(evidence)
            for other in self.alerts.values()
            if other is not heard
        )

    def _pulled_back(self, alert: str, agency: str) -> Iterator[News]:
        heard = self.alerts.get(alert)
        if heard is None or heard.copies.pop(agency, None) is None:
            return
        heard.evidence = {ref for copy in heard.copies.values() for ref in copy["evidence"]}
        if heard.withdrawn:
            yield News(what="withdrawn", alert=heard)

    def standing(self) -> list[dict[str, Any]]:
        """The alerts that were not withdrawn, each with all the evidence that anyone may know of."""
        return [
            {**heard.body, "evidence": sorted(heard.evidence)} for heard in self.alerts.values() if not heard.withdrawn
        ]
