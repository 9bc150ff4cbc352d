"""Late reports, amendments and retractions move reports between incidents; counts, people and alerts go with them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy.cli import app

NOON = datetime(2024, 5, 6, 12, tzinfo=UTC)
HOME = {"text": "12 Alder Court, Chesterfield", "postcode": "S40 1AA"}
MAN = {"role": "suspect", "name": "Marmaduke Thistlewood", "born": "1990-04-12"}
Sent = Callable[..., dict[str, list[dict[str, Any]]]]


def report(agency: str, number: int, day: int, minutes: int = 0, **more: Any) -> dict[str, Any]:
    """Something rowdy at one home on a day."""
    at = NOON + timedelta(days=day, minutes=minutes)
    return {
        "id": str(number),
        "agency": agency,
        "reported_at": (at + timedelta(minutes=30)).isoformat(),
        "occurred": {"from": at.isoformat(), "to": (at + timedelta(minutes=20)).isoformat()},
        "category": "anti-social-behaviour",
        "detail": "rowdy-neighbour",
        "place": HOME,
        "people": [MAN],
        **more,
    }


THREE = [report("police", 1, 0), report("police", 2, 4), report("housing", 3, 4, 26 * 60)]


@pytest.fixture
def sent(store_url: str, tmp_path: Path) -> Sent:
    """Replays more reports; gives what the store exports then."""

    def run(*bodies: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
        file = tmp_path / f"{len(list(tmp_path.iterdir()))}.jsonl"
        file.write_text("".join(json.dumps(body) + "\n" for body in bodies))
        environment = {"TOCSIN_STORE_URL": store_url, "TOCSIN_VAR": str(tmp_path / "var")}

        def tocsin(*words: str) -> str:
            done = CliRunner().invoke(app, list(words), env=environment)
            assert done.exit_code == 0, done.output
            return done.stdout

        tocsin("replay", str(file))
        return {
            what: [json.loads(line) for line in tocsin("export", what).splitlines()]
            for what in ("incidents", "alerts", "people", "reports")
        }

    return run


def together(found: dict[str, list[dict[str, Any]]]) -> list[list[str]]:
    return [line["reports"] for line in found["incidents"]]


def of_the_home(found: dict[str, list[dict[str, Any]]]) -> list[tuple[str, int]]:
    return sorted((alert["kind"], alert["observed"]) for alert in found["alerts"] if alert["kind"] != "data-notice")


def test_an_amendment_that_makes_one_of_two_incidents_takes_the_alert_with_it_and_back(sent: Sent) -> None:
    before = sent(*THREE)
    assert together(before) == [["police:1"], ["police:2"], ["housing:3"]]
    assert ("convergence", 3) in of_the_home(before)
    moved = sent({**report("housing", 3, 4, 5), "version": 2, "action": "amend"})
    assert together(moved) == [["police:1"], ["housing:3", "police:2"]]
    assert [line["corroborated_by"] for line in moved["incidents"]] == [[], ["housing"]]
    assert of_the_home(moved) == [], "two incidents are no repeat, however many reports"
    assert len({line["person"] for line in moved["people"]}) == 1
    back = sent({**THREE[2], "version": 3, "action": "amend"})
    assert together(back) == together(before)
    assert of_the_home(back) == of_the_home(before)


def test_a_late_report_that_ties_two_and_its_retraction(sent: Sent) -> None:
    two = [report("police", 1, 0), report("housing", 2, 0, 1440)]
    before = sent(*two)
    assert together(before) == [["police:1"], ["housing:2"]]
    late = report("fire", 9, 0, 10, related=["police:1", "housing:2"])
    tied = sent(late)
    assert ["fire:9", "police:1"] in together(tied)
    assert {line["incident"] for line in tied["reports"]} == {line["incident"] for line in tied["incidents"]}
    gone = sent({**late, "version": 2, "action": "retract"})
    assert together(gone) == together(before)
    assert [line["agencies"] for line in gone["incidents"]] == [["police"], ["housing"]]
