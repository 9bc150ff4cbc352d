"""What a text means, and within how many metres."""

from dataclasses import dataclass

from schemas.kinds import vocabulary
from streams.clusters.kinds import Evidence

_ACCURACY: dict[str, float] = vocabulary("places")["accuracy"]


def accuracy_of(what: str) -> float:
    """Metres about what is known to no more than this."""
    return _ACCURACY[what]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What a text means: as precisely as is sure. ``uprn`` is given for an address alone."""

    precision: str  # address, building, street, postcode
    label: str
    score: float
    uprn: str = ""
    parent: str = ""
    usrn: str = ""
    postcode: str = ""
    point: tuple[float, float] | None = None
    accuracy: float = 0.0
    located: str = ""  # by what the point is known: address, building, junction, street or postcode
    classification: str = ""
    runner_up: str = ""
    behind: float | None = None  # bits between it and the runner-up
    best: str = ""  # the UPRN that stands first, whether it is sure or not
    evidence: tuple[Evidence, ...] = ()
