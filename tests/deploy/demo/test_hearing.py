import json
from collections import defaultdict
from types import SimpleNamespace
from typing import Any

from deploy.demo.hearing import Hearing


class FakeConsumer:
    """Hands out what the test puts on the topics."""

    def __init__(self) -> None:
        self.topics: dict[Any, list[Any]] = defaultdict(list)

    def assign(self, places: list[Any]) -> None:
        self.places = {place.topic: place for place in places}

    def seek_to_beginning(self) -> None: ...

    def put(self, agency: str, alert: str, body: dict[str, Any] | None) -> None:
        topic = f"tocsin.alerts.{agency}.v1"
        value = None if body is None else json.dumps(body).encode()
        self.topics[self.places[topic]].append(SimpleNamespace(topic=topic, key=alert.encode(), value=value))

    def poll(self, timeout_ms: int) -> dict[Any, list[Any]]:
        taken, self.topics = self.topics, defaultdict(list)
        return taken


def body(alert: str, version: int, *evidence: str, kind: str = "spike") -> dict[str, Any]:
    return {"id": alert, "version": version, "kind": kind, "evidence": list(evidence), "title": "t", "severity": "low"}


def heard() -> tuple[FakeConsumer, Hearing]:
    consumer = FakeConsumer()
    return consumer, Hearing(consumer, ["police", "fire"])


def news(hearing: Hearing) -> list[str]:
    return [one.what for one in hearing.listen(0, {})]


def test_an_alert_on_two_topics_is_new_once_and_its_evidence_is_put_together() -> None:
    consumer, hearing = heard()
    consumer.put("police", "a", body("a", 1, "police:1"))
    consumer.put("fire", "a", body("a", 1, "police:1", "fire:2"))
    assert news(hearing) == ["new"]
    assert hearing.standing()[0]["evidence"] == ["fire:2", "police:1"]


def test_an_issue_that_others_have_under_another_id_is_no_news() -> None:
    consumer, hearing = heard()
    consumer.put("police", "a", body("a", 1, "police:1", "police:2", "fire:3"))
    consumer.put("fire", "b", body("b", 1, "police:1", "fire:3"))
    consumer.put("fire", "c", body("c", 1, "police:1", "fire:3", kind="cluster"))
    assert news(hearing) == ["new", "new"]
    assert len(hearing.standing()) == 3


def test_a_redelivered_copy_is_no_news() -> None:
    consumer, hearing = heard()
    for _ in range(2):
        consumer.put("police", "a", body("a", 1, "police:1"))
    assert news(hearing) == ["new"]


def test_a_new_version_takes_the_place_of_the_old() -> None:
    consumer, hearing = heard()
    consumer.put("police", "a", body("a", 1, "police:1"))
    consumer.put("police", "a", body("a", 2, "police:2", kind="cluster"))
    assert news(hearing) == ["new", "changed"]
    assert [(one["kind"], one["evidence"]) for one in hearing.standing()] == [("cluster", ["police:2"])]


def test_an_alert_pulled_back_from_all_is_withdrawn() -> None:
    consumer, hearing = heard()
    consumer.put("police", "a", body("a", 1, "police:1"))
    consumer.put("fire", "a", body("a", 1, "police:1"))
    assert news(hearing) == ["new"]
    consumer.put("police", "a", None)
    assert news(hearing) == []
    consumer.put("fire", "a", None)
    consumer.put("fire", "b", None)
    assert news(hearing) == ["withdrawn"]
    assert hearing.standing() == []
    consumer.put("fire", "a", body("a", 1, "fire:1"))
    assert news(hearing) == ["again"]


def test_the_time_to_an_alert_counts_from_its_last_evidence() -> None:
    consumer, hearing = heard()
    consumer.put("police", "a", body("a", 1, "police:1", "police:2", "fire:hidden"))
    (one,) = hearing.listen(0, {"police:1": 1.0, "police:2": 2.0})
    assert one.alert.after_s is not None
    assert hearing.alerts["a"].after_s > 0
