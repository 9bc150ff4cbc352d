"""The client library of an agency's system: hand reports over, and ask what became of them."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from consumers.broker import Login, TopicOnBroker
from consumers.publisher.lane import Lane
from consumers.publisher.naming import ReportName, name_in, read_name
from consumers.publisher.receipts import read_receipts
from consumers.publisher.sent import Sent
from consumers.publisher.validate import WrongReport, problems_with
from schemas.agencies import is_agency_name
from schemas.identity import ref_of
from schemas.report import Report
from schemas.topics import INBOUND, RECEIPTS


class Publisher:
    """Sends one agency's reports to its topic, each once, and in order for each report.

    ``send`` returns at once unless too much is under way; ``flush`` waits until all is acknowledged. While the broker
    is away, what was sent waits in memory for ``patience_s`` seconds (None: for ever) and ``tell`` is told so. Safe to
    use from several threads. ``login`` is handed on to kafka-python (``security_protocol``, ``sasl_mechanism``, …).
    """

    def __init__(
        self,
        agency: str,
        bootstrap: str,
        *,
        patience_s: float | None = 120.0,
        tell: Callable[[str], None] = lambda _: None,
        login: Login | None = None,
    ) -> None:
        if not is_agency_name(agency):
            raise ValueError(f"{agency!r} is not an agency's name ([a-z][a-z0-9-]{{1,30}})")
        self.agency, self.bootstrap = agency, bootstrap
        self._login = login or {}
        self._lane = Lane(INBOUND.topic(agency), bootstrap, patience_s=patience_s, tell=tell, login=self._login)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Flush if all went well, and close; raises ``NotSent`` as ``flush`` does."""
        try:
            if kind is None:
                self.flush()
        finally:
            self.close()

    def reach(self) -> TopicOnBroker:
        """Wait until the broker answers; the agency's topic as it has it."""
        return self._lane.reach()

    def validate(self, report: Mapping[str, Any] | bytes | Report) -> list[str]:
        """What the pipeline would refuse the report for, a sentence each; empty when nothing."""
        return problems_with(report, self.agency)

    def send(self, report: Mapping[str, Any] | bytes | Report) -> Sent:
        """Hand a report over; bytes go as they are, wrong or not.

        Raises ``WrongReport`` where the pipeline would refuse it, ``BrokerTrouble`` where the topic is missing or
        forbidden.
        """
        if isinstance(report, bytes):
            return self.send_named(report, read_name(report))
        if problems := self.validate(report):
            raise WrongReport(problems)
        if isinstance(report, Report):
            name = ReportName(id=report.id, version=report.version, at=report.reported_at)
            return self.send_named(report.model_dump_json(by_alias=True, exclude_unset=True).encode(), name)
        value = json.dumps(report, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
        return self.send_named(value, name_in(report))

    def send_named(self, value: bytes, name: ReportName) -> Sent:
        """Hand over the bytes of a report whose name is known."""
        key = None if name.id is None else name.id.encode()
        ref = None if name.id is None else ref_of(self.agency, name.id)
        return self._lane.put(ref, key, value, name.headers(self.agency))

    def flush(self) -> None:
        """Wait until all that was sent is acknowledged; raises ``NotSent`` if some was not, which holds each."""
        self._lane.drain()

    def receipts(
        self, report_id: str | None = None, *, timeout: float = 10.0, since: datetime | None = None
    ) -> list[dict[str, Any]]:
        """What became of a report (or of all), oldest first: the receipts told so far, from ``since`` on.

        Of one report, waits at most ``timeout`` seconds for the first.
        """
        return read_receipts(
            self.bootstrap, RECEIPTS.topic(self.agency), self._login, report_id, timeout=timeout, since=since
        )

    def close(self) -> None:
        """Let go of the broker; what is not acknowledged by now is given up."""
        self._lane.close()
