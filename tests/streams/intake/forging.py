"""Reports in another's name, made by chance from a seed: in the payload, a header, the key, the topic, or several."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

from schemas.topics import INBOUND
from streams.agent import record_of
from streams.ledger import Record
from tests.streams.intake.making import PARTNERSHIP, TAKEN_AT, report

AGENCIES = sorted(PARTNERSHIP)


@dataclass(frozen=True, kw_only=True)
class Sending:
    """A record on its way: whose login it was sent under is the topic, for nobody else may write there."""

    owner: str
    body: dict[str, Any]
    key: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()
    forged: tuple[str, ...] = field(default=())

    def record(self, offset: int) -> Record:
        """As the worker gets it from the broker."""
        return record_of(
            SimpleNamespace(
                topic=INBOUND.topic(self.owner),
                partition=0,
                offset=offset,
                key=self.key,
                value=json.dumps(self.body).encode(),
                headers=self.headers,
                timestamp=TAKEN_AT.timestamp(),
            )
        )


Forge = Callable[[Sending, str, random.Random], Sending]


def honest(chance: random.Random, number: int) -> Sending:
    """A report as its agency sends it, in one of the ways that are taken."""
    agency = chance.choice(AGENCIES)
    name = f"R-{number}"
    key = chance.choice([None, name, f"{agency}:{name}", f'"{name}"'])
    sources = [agency, f"urn:tocsin:{agency}", f"//{agency}/crm", f"https://crm.example/{agency}?v=2", "mobile-app"]
    headers = chance.choice(
        [(), ce(chance.choice(sources), "m-1"), ce(chance.choice(sources), f"{agency}:{name}:1"), (("x", b"y"),)]
    )
    return Sending(owner=agency, body=report(id=name, agency=agency), key=key and key.encode(), headers=tuple(headers))


def ce(source: str, id: str) -> tuple[tuple[str, bytes], ...]:
    named = {"ce_specversion": "1.0", "ce_id": id, "ce_source": source, "ce_type": "tocsin.report.v1"}
    return tuple((name, value.encode()) for name, value in named.items())


def payload(sent: Sending, other: str, chance: random.Random) -> Sending:
    spelled = chance.choice(
        [
            other,
            other.upper(),
            f"{other} ",
            f"{sent.owner},{other}",
            f"{sent.owner}\u200b",
            "nobody",
            sent.owner.title(),
        ]
    )
    return replace(sent, body={**sent.body, "agency": spelled})


def source(sent: Sending, other: str, chance: random.Random) -> Sending:
    spelled = chance.choice([other, other.upper(), f" {other} ", f"urn:tocsin:{other}", f"//{other}/crm"])
    header = chance.choice(["ce_source", "CE_SOURCE", "Ce_Source"])
    rest = tuple(pair for pair in sent.headers if chance.random() < 0.5)  # beside the true one, or in its place
    return replace(sent, headers=(*rest, *ce(sent.owner, "m-2")[:2], (header, spelled.encode())))


def event_id(sent: Sending, other: str, chance: random.Random) -> Sending:
    return replace(sent, headers=ce(chance.choice([sent.owner, "mobile-app"]), f"{other}:{sent.body['id']}:1"))


def key(sent: Sending, other: str, chance: random.Random) -> Sending:
    name = sent.body["id"]
    forged = chance.choice([f"{other}:{name}", f"{name}-2", f"{name} ", json.dumps({"id": name}), "\x00"])
    return replace(sent, key=chance.choice([forged.encode(), b"\xff\xfe", name.encode("utf-16")]))


def topic(sent: Sending, other: str, chance: random.Random) -> Sending:
    """Under another's login: only the topic is believed, and the rest of it still speaks of the one before."""
    return replace(sent, owner=other)


WAYS: dict[str, Forge] = {"payload": payload, "source": source, "event id": event_id, "key": key, "topic": topic}


def forgeries(seed: int, count: int) -> list[Sending]:
    """Each forged in one to three ways, the ways evenly drawn."""
    chance = random.Random(seed)
    return [_forge(chance, number) for number in range(count)]


def _forge(chance: random.Random, number: int) -> Sending:
    sent = honest(chance, number)
    ways = chance.sample(sorted(WAYS), chance.choice([1, 1, 2, 3]))
    # each in the name of another again, or two forgeries could agree and be that one's honest report
    others = chance.sample([agency for agency in AGENCIES if agency != sent.owner], len(ways))
    for way, other in zip(sorted(ways, key=_in_turn), others, strict=True):
        sent = WAYS[way](sent, other, chance)
    return replace(sent, forged=tuple(ways))


def _in_turn(way: str) -> int:
    return ["topic", "payload", "event id", "source", "key"].index(way)
