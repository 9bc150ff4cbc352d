"""Who sent a report is the topic it came on: whatever else it says of itself, it is refused, and the sender is told."""

import random
from pathlib import Path

from schemas.tables import Received, Report
from schemas.topics import RECEIPTS, REJECTED
from streams.intake.check import Checked
from streams.intake.keep import judge
from streams.intake.refused import Refused
from tests.streams.intake.forging import WAYS, Sending, forgeries, honest
from tests.streams.intake.making import PARTNERSHIP, rows, store, take


def not_refused(sendings: list[Sending]) -> list[Sending]:
    """Those that are not refused for speaking in another's name."""

    def is_told(one: object) -> bool:
        return isinstance(one, Refused) and one.code == "identity-mismatch" and bool(one.reasons)

    return [sent for number, sent in enumerate(sendings) if not is_told(judge(sent.record(number), PARTNERSHIP))]


def test_sixty_forgeries_are_refused_each_as_what_it_is() -> None:
    sendings = forgeries(seed=1, count=60)
    assert {way for sent in sendings for way in sent.forged} == set(WAYS)
    assert not_refused(sendings) == []


def test_what_is_sent_in_ones_own_name_is_taken() -> None:
    chance = random.Random(2)
    judged = [judge(honest(chance, number).record(number), PARTNERSHIP) for number in range(60)]
    assert [one for one in judged if not isinstance(one, Checked)] == []


def test_a_forgery_leaves_no_report_and_is_told_to_nobody_but_the_topics_owner(tmp_path: Path) -> None:
    with store(f"sqlite:///{tmp_path / 'store.db'}") as engine:
        for offset, sent in enumerate(forgeries(seed=3, count=60)):
            messages = take(engine, [sent.record(offset)])
            assert {message.topic for message in messages} <= {REJECTED.topic(sent.owner), RECEIPTS.topic(sent.owner)}
            assert len(messages) == 2
        assert rows(engine, Report) == []
        assert {outcome for (outcome,) in rows(engine, Received, "outcome")} == {"rejected"}
