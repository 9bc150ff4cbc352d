"""A report that is tightened, or taken back, is pulled back from every topic it reached, live and at once."""

from typing import Any

import pytest

from schemas.topics import ALERTS, INBOUND
from streams.sharing.seen_by import seen_by
from streams.store import reading
from tests.integration.reports import told_of
from tests.integration.rig import Rig

pytestmark = pytest.mark.broker
AT_ONCE_S = 1.0


def held(rig: Rig, agency: str) -> dict[bytes, Any]:
    return {record.key: record.value for record in rig.read(ALERTS.topic(agency))}


def pulled_back_after(rig: Rig, reached: list[str]) -> float:
    """Seconds from the newest report on its topic to the last tombstone on any other, by the records' own times."""
    sent = max(
        record.timestamp for p in range(rig.settings.partitions) for record in rig.read(INBOUND.topic("police"), p)
    )
    gone = [record.timestamp for a in reached for record in rig.read(ALERTS.topic(a)) if record.value is None]
    return (max(gone) - sent) / 1000


def test_a_tightened_report_leaves_every_topic_it_touched_within_a_second(on_sqlite: Rig) -> None:
    rig = on_sqlite
    rig.start_worker()
    sent = [told_of("police", number) for number in (1, 4, 8)]
    rig.send("police", sent)
    rig.settle()
    reached = [agency for agency in rig.partnership if any(held(rig, agency).values())]
    assert len(reached) > 5
    rig.send("police", [{**sent[1], "version": 2, "action": "amend", "restricted_to": ["fire"]}])
    rig.settle()
    took = pulled_back_after(rig, reached)
    for agency in reached:
        values = held(rig, agency).values()
        assert all(values) if agency in ("police", "fire") else not any(values), agency
    with reading(rig.engine) as connection:
        lines = seen_by(connection, "police:POL-00004")
    assert {line["to"] for line in lines} == set(reached)
    assert {line["to"] for line in lines if line["held"]} == {"police", "fire"}
    rig.send("police", [{**sent[1], "version": 3, "action": "retract"}])
    rig.settle()
    assert not any(value for agency in reached for value in held(rig, agency).values())
    print(f"pulled back from {len(reached) - 2} topics after {took:.2f} s")
    assert took < AT_ONCE_S
