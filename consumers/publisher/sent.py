"""What was handed over for sending, and what became of it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from schemas.envelope import Headers


class NotSent(Exception):
    """Records the broker did not take; ``lost`` holds each with its reason."""

    def __init__(self, lost: "list[Sent]") -> None:
        first = lost[0]
        others = f" (and {len(lost) - 1} more)" if len(lost) > 1 else ""
        super().__init__(f"{first.ref or 'a record with no id'} was not sent: {first.reason}{others}")
        self.lost = lost


@dataclass(slots=True, eq=False, kw_only=True)
class Sent:
    """A record handed over: where it stands once the broker acknowledged it, or the reason why it was not sent."""

    topic: str
    ref: str | None
    key: bytes | None
    value: bytes
    headers: Headers
    since: float = field(default_factory=time.monotonic)
    partition: int | None = None
    offset: int | None = None
    reason: str | None = None
    _await: Callable[["Sent", float | None], None]
    _future: Any = None
    _alone: bool = False  # it may be refused, and nothing is on its way beside it

    @property
    def done(self) -> bool:
        """Whether it is acknowledged, or given up with a reason."""
        return self.offset is not None or self.reason is not None

    def result(self, timeout: float | None = None) -> "Sent":
        """Wait until it is done; raises ``NotSent``, or ``TimeoutError`` when that takes longer than ``timeout`` s."""
        self._await(self, timeout)
        if self.reason is not None:
            raise NotSent([self])
        return self

    @property
    def size(self) -> int:
        """Bytes it takes while it waits, about."""
        return len(self.value) + 500
