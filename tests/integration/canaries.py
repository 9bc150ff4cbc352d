"""Reports full of things that only the report itself may hold, and where they must not be found."""

import time
import urllib.request
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from tests.integration.reports import report
from tests.integration.rig import Rig
from tests.streams.intake import bad

# Words of no other meaning here, so that a hit is a hit; the first two are those of the bad kinds too.
CANARIES = ("Quillfeather", "Zebedee", "Oxbarrow", "07700900741", "QF51 ZBD", "wigglesnout", "1931-07-19", "XQ9-NHS-77")


# Thousands of one person would measure something else: the others are told of in words, and are people of their own.
OF_ONE_PERSON = 30
_SYLLABLES = ("ba", "de", "fi", "go", "hu", "ka", "le", "mo", "ni", "pu", "ra", "se", "ti", "vo", "wu", "ya")


def named(agency: str, number: int) -> dict[str, Any]:
    """A report that has a canary in every field that may hold a person's."""
    person = {
        "role": "victim" if number % 2 else "suspect",
        "name": f"Zebedee Quillfeather {'' if number % 3 else 'Oxbarrow'}".strip(),
        "born": "1931-07-19",
        "phones": ["07700900741"],
        "emails": ["zebedee@quillfeather.example"],
    }
    if number >= OF_ONE_PERSON:
        given, family = _word(number * 7919), _word(number * 104_729)
        person |= {
            "name": f"{given} {family}",
            "born": f"{1940 + number % 60}-{1 + number % 12:02}-{1 + number % 28:02}",
        }
        person |= {"phones": [f"07{number:09}"], "emails": [f"{number}@quillfeather.example"]}
    person |= {
        "aliases": ["Wigglesnout"] if number < OF_ONE_PERSON else [],
        "identifiers": {"nhs": "XQ9-NHS-77" if number < OF_ONE_PERSON else f"XQ9-NHS-77-{number}"},
        "address": {"text": f"{number} Oxbarrow Lane, Chesterfield"},
        "description": "known as Wigglesnout, Zebedee Quillfeather's brother",
        "occupation": "wigglesnout",
    }
    return report(
        agency,
        number,
        summary="Zebedee Quillfeather of Oxbarrow Lane rang from 07700900741",
        people=[person],
        place={"text": f"{number} Oxbarrow Lane", "name": "Quillfeather's", "postcode": "S41 7QW"},
        vehicles=[{"vrm": "QF51 ZBD", "description": "Wigglesnout's van"}],
        extension={"note": "Zebedee Quillfeather"},
    )


def _word(number: int) -> str:
    """A name of four syllables, another for most numbers."""
    return "".join(_SYLLABLES[number >> shift & 15] for shift in (0, 4, 8, 12)).capitalize()


def poured_in(rig: Rig, good: int, bad_rounds: int) -> int:
    """Send reports that are taken and every bad kind so many times; how many records."""
    sent = 0
    for agency in ("police", "housing", "fire"):
        sent += rig.send(agency, [named(agency, number) for number in range(good // 3)])
    kinds = [value for value, _ in bad.every_kind().values() if value]
    for _ in range(bad_rounds):
        sent += rig.send("police", kinds)
    return sent


def hits_in(text: bytes) -> list[str]:
    """The canaries that stand in a text, whatever their case."""
    low = text.lower()
    return [canary for canary in CANARIES if canary.lower().encode() in low]


def metrics_of(rig: Rig) -> bytes:
    """What Prometheus would read of the rig's first worker."""
    with urllib.request.urlopen(f"http://127.0.0.1:{rig.settings.metrics_port}/metrics", timeout=10) as answer:
        return bytes(answer.read())


def keys_on(rig: Rig) -> bytes:
    """The keys of every record of every topic."""
    consumer = KafkaConsumer(bootstrap_servers=rig.bootstrap, enable_auto_commit=False)
    try:
        topics = sorted(name for name in consumer.topics() if name.startswith("tocsin."))
        places = [
            TopicPartition(topic, part) for topic in topics for part in consumer.partitions_for_topic(topic) or ()
        ]
        consumer.assign(places)
        consumer.seek_to_beginning()
        ends = consumer.end_offsets(places)
        keys: list[bytes] = []
        end = time.monotonic() + 60
        while any(consumer.position(place) < ends[place] for place in places) and time.monotonic() < end:
            keys += [record.key or b"" for batch in consumer.poll(timeout_ms=500).values() for record in batch]
        return b"\n".join(keys)
    finally:
        consumer.close()
