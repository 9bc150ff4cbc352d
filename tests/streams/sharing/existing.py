"""What an agency has, with a hidden report and without it, under one agreement or another."""

from dataclasses import replace
from datetime import date
from typing import Any

from schemas.agencies import Partnership
from schemas.agreements import Agreement
from tests.streams.issues.way import SHIPPED, Body, Way, agreed
from tests.streams.sharing.plain_rules import World, known, pointed
from tests.streams.sharing.worlds import CLEARED, plain


def _signed(*agreements: Agreement) -> tuple[Partnership, World]:
    return agreed(*agreements), World(CLEARED, [plain(one) for one in agreements])


BURGLARIES = replace(
    SHIPPED[0], id="burglaries", receivers=frozenset({"street-pastors"}), categories=frozenset({"burglary"})
)
POINTING = replace(
    SHIPPED[0],
    id="pointing",
    receivers=frozenset({"street-pastors"}),
    fields=frozenset(),
    roles=frozenset(),
    pointer=True,
    valid_from=date(2024, 3, 10),
)
FROM_POLICE = replace(SHIPPED[0], id="police", givers=frozenset({"police"}), receivers=frozenset({"housing", "fire"}))
PARTNERSHIPS: dict[str, tuple[Partnership, World]] = {
    "the one shipped": _signed(*SHIPPED),
    "another for burglaries": _signed(*SHIPPED, BURGLARIES),
    "a pointer for the partner": _signed(*SHIPPED, POINTING),
    "one from 20 March on": _signed(replace(SHIPPED[0], valid_from=date(2024, 3, 20))),
    "the police's alone": _signed(FROM_POLICE),
    "none": _signed(),
}


def seen_by(agency: str, sent: list[Body], world: World = PARTNERSHIPS["the one shipped"][1]) -> list[Body]:
    """The reports that an agency may know of, or that there is something."""
    return [body for body in sent if known(agency, body, world) is not None or pointed(agency, body, world)]


def standing(agency: str, way: Way) -> dict[str, Any]:
    """What it has been told and still holds; how often it was told anew is the order's, not the reports'."""
    copies = {alert: {**body, "version": None} for alert, body in way.standing_copies(agency).items()}
    return {"copies": copies, "receipts": way.receipts(agency)}
