"""What the page asks of the stages, handed to it: the page may not import them, and they know nothing of a page."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from consumers.web.stages import Stages
from schemas.agencies import Partnership
from schemas.topics import FEEDBACK, REJECTED
from streams.gazetteer.streets import streets
from streams.issues.feedback import take_feedback
from streams.ledger import Record
from streams.outbox import owe
from streams.pipeline import wake
from streams.sharing.doubts import doubts, pair, settle
from streams.sharing.evidence import evidence
from streams.sharing.feeds import feeds
from streams.sharing.persons import person_of
from streams.sharing.places import place_of
from streams.sharing.where import where
from streams.sharing.whole import known_whole

REASON = "dlq.reason"


def stages_of(partnership: Partnership) -> Stages:
    """The stages as the page knows them."""
    return Stages(
        feeds=partial(feeds, partnership=partnership),
        evidence=partial(evidence, partnership=partnership),
        where=partial(where, partnership=partnership),
        streets=streets,
        judge=partial(judge, partnership=partnership),
        knows=partial(known_whole, partnership=partnership),
        person=partial(person_of, partnership=partnership),
        place=partial(place_of, partnership=partnership),
        doubts=partial(doubts, partnership=partnership),
        pair=partial(pair, partnership=partnership),
        settle=partial(settle, partnership=partnership),
    )


def judge(connection: Connection, said: Mapping[str, Any], *, partnership: Partnership) -> str:
    """Take what somebody said of a copy by the rules of the feedback topic, in the caller's transaction.

    Empty: it is taken, and the stages are woken. Else why it is not, and nothing is written.
    """
    value = json.dumps(said, ensure_ascii=False).encode()
    agency = str(said["agency"])
    record = Record(
        source=FEEDBACK.topic(agency),
        partition=0,
        offset=0,
        key=str(said["alert"]).encode(),
        value=value,
        taken_at=datetime.fromisoformat(str(said["at"])),
        agency=agency,
    )
    for message in take_feedback(connection, [record], partnership):
        if message.topic == REJECTED.topic(agency):
            return dict(message.headers)[REASON].decode()
    owe(connection, wake(["issues", "sharing"]))
    return ""
