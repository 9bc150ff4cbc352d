"""Which version of a report holds, decided from what came before it."""

from dataclasses import dataclass, field
from enum import Enum


class Became(Enum):
    """What became of a version on its arrival."""

    ACCEPTED = "accepted"
    SEEN = "seen"
    SUPERSEDED = "superseded"
    RETRACTED = "retracted"
    REJECTED = "rejected"
    ERASED = "erased"


@dataclass(slots=True)
class Held:
    """What is held of one report: every version that came, the highest that says something, the highest withdrawn.

    What holds now depends on the versions alone, not on the order they came in.
    """

    known: set[tuple[int, str]] = field(default_factory=set)  # version, digest
    top: int = 0
    uid: str | None = None  # of the version at the top
    withdrawn: int = 0  # a retraction of a version withdraws it and all below

    @property
    def version(self) -> int:
        """The highest version that came, as a report or as a retraction."""
        return max(self.top, self.withdrawn)

    @property
    def current(self) -> str | None:
        """The version that holds; none where all is withdrawn."""
        return self.uid if self.top > self.withdrawn else None

    @property
    def status(self) -> str:
        """Accepted or retracted, as the head says it."""
        return "accepted" if self.top > self.withdrawn else "retracted"

    def remember(self, version: int, digest: str, uid: str, *, retracts: bool) -> None:
        """Take in a version that is kept."""
        self.known.add((version, digest))
        if retracts:
            self.withdrawn = max(self.withdrawn, version)
        elif version > self.top:
            self.top, self.uid = version, uid


def became(held: Held, version: int, digest: str, *, retracts: bool) -> Became:
    """What becomes of a version that arrives on top of what is held."""
    if (version, digest) in held.known:
        return Became.SEEN
    if retracts:
        if version < held.version:
            return Became.SUPERSEDED
        # A retraction names the version it withdraws, so it may equal the report's; not another retraction's.
        return Became.REJECTED if version == held.withdrawn else Became.RETRACTED
    if version == held.top:
        return Became.REJECTED
    if version > held.version:
        return Became.ACCEPTED
    return Became.RETRACTED if version <= held.withdrawn else Became.SUPERSEDED
