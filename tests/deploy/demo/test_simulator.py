import json
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from deploy.demo.simulator import START, Simulation, main, simulate
from schemas.agencies import load_partnership
from schemas.report import read_report


@pytest.fixture(scope="module")
def made() -> Simulation:
    return simulate(7)


def test_the_same_seed_gives_the_same_bytes(made: Simulation) -> None:
    again = simulate(7)
    assert [(s.agency, s.sent_at, s.raw) for s in again.reports] == [(s.agency, s.sent_at, s.raw) for s in made.reports]
    assert again.truth.as_json() == made.truth.as_json()


def test_another_seed_gives_others(made: Simulation) -> None:
    assert {s.raw for s in simulate(8).reports}.isdisjoint(s.raw for s in made.reports)


def test_volume_and_order(made: Simulation) -> None:
    assert made.reports == sorted(made.reports, key=lambda s: s.sent_at)
    days = Counter(s.sent_at.date() for s in made.reports)
    assert 60 <= sum(days.values()) / 84 <= 95
    assert 1_000 <= sum(s.sent_at >= made.fortnight for s in made.reports) <= 1_500
    assert len({s.agency for s in made.reports}) == 9
    assert {s.agency for s in made.reports} <= load_partnership().keys()


def test_the_default_fortnight_is_over(made: Simulation) -> None:
    assert made.fortnight.date() in (START, START - timedelta(days=1))
    assert made.reports[-1].sent_at < datetime.now(UTC)


@pytest.mark.parametrize("level", ["low", "mid", "high"])
def test_each_report_is_valid_save_those_meant_to_be_bad(level: str) -> None:
    sent = simulate(3, noise=level)
    for position, report in enumerate(sent.reports):
        body = json.loads(report.raw)
        if sent.truth.marks.get(position, "").startswith("bad"):
            with pytest.raises(ValueError, match=r"."):
                read_report(body)
        else:
            assert read_report(body).agency == report.agency
            assert datetime.fromisoformat(body["reported_at"]) <= report.sent_at + timedelta(minutes=60)


def test_every_mishap_happens(made: Simulation) -> None:
    marks = Counter(mark.split(":")[0] for mark in made.truth.marks.values())
    assert {"amend", "retract", "redelivery", "older", "bad"} == marks.keys()
    assert min(marks.values()) >= 5
    body = next(s.body for s in made.reports if s.mark == "amend")
    assert (body["action"], body["version"]) == ("amend", 2)


def test_some_reports_are_sensitive_restricted_or_conditional(made: Simulation) -> None:
    bodies = [s.body for s in made.reports]
    assert sum("sensitive" in body for body in bodies) > 100
    assert 10 < sum("restricted_to" in body for body in bodies) < 200
    assert sum(body.get("grading", {}).get("handling") == "C" for body in bodies) > 20
    assert sum(body.get("classification") == "OFFICIAL-SENSITIVE" for body in bodies) > 20


def test_the_truth_speaks_of_what_was_sent(made: Simulation) -> None:
    truth = made.truth
    first = {s.ref: s.body for s in reversed(made.reports) if s.mark is None}
    assert truth.incident_of.keys() == first.keys()
    assert {s.ref for s in made.reports} == first.keys()
    people = {person.id for person in made.residents.all}
    for (ref, index), person in truth.person_of.items():
        assert person in people
        assert {"name", "family"} & first[ref]["people"][index].keys()
    for ref, place in truth.place_of.items():
        assert place in made.town.places
        assert first[ref]["place"]
    assert truth.place_of.keys() == truth.form_of.keys()
    assert truth.withdrawn <= first.keys()


def test_agencies_tell_of_one_incident(made: Simulation) -> None:
    told = defaultdict(set)
    for ref, incident in made.truth.incident_of.items():
        told[incident].add(ref.split(":")[0])
    share = sum(len(agencies) > 1 for agencies in told.values()) / len(told)
    assert 0.08 < share < 0.25


def test_stories_evidence_is_in_the_stream(made: Simulation) -> None:
    sent = {s.ref: s for s in made.reports if s.mark is None}
    heard = [story for story in made.truth.stories if story.expect_alert]
    assert len(heard) == 6
    for story in made.truth.stories:
        assert story.refs
        assert all(made.truth.incident_of[ref] == story.incidents[ref] for ref in story.refs)
        assert not set(story.refs) & made.truth.withdrawn
        assert set(story.refs) <= sent.keys()
    for story in heard:
        assert len(set(story.incidents.values())) >= story.enough
        assert story.due is not None
        assert made.fortnight < story.due < made.fortnight + timedelta(days=13)


def test_a_storys_cast_plays_nowhere_else(made: Simulation) -> None:
    """Else chance would add to a decoy, and an alert of it would be right."""
    mentions = defaultdict(set)
    for (ref, _), person in made.truth.person_of.items():
        mentions[person].add(ref)
    for story in made.truth.stories:
        for person in story.people:
            assert mentions[person] <= set(story.refs), story.name


def test_the_thrice_told_is_one_incident(made: Simulation) -> None:
    story = next(s for s in made.truth.stories if "told" in s.name)
    assert len(set(story.incidents.values())) == 1
    assert len({ref.split(":")[0] for ref in story.refs}) == 3


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_chance_alone_seldom_makes_three(seed: int) -> None:
    sent = simulate(seed)
    truth = sent.truth
    begins = {truth.incident_of[s.ref]: datetime.fromisoformat(s.body["occurred"]["from"]) for s in sent.reports}
    known = {person for story in truth.stories for person in story.people}
    known |= {thing for repeat in truth.repeats for thing in repeat.things}
    times = defaultdict(dict)
    for (ref, _), person in truth.person_of.items():
        if person not in known:
            times[person][truth.incident_of[ref]] = begins[truth.incident_of[ref]]
    thrice = 0
    for incidents in times.values():
        at = sorted(incidents.values())
        thrice += any(third - one <= timedelta(days=28) for one, third in zip(at, at[2:], strict=False))
    assert thrice <= 3


def test_the_surge_is_one_agencys_and_thrice_its_days(made: Simulation) -> None:
    story = next(s for s in made.truth.stories if "surge" in s.name)
    assert {ref.split(":")[0] for ref in story.refs} == {"community-safety"}
    usual = sum(s.agency == "community-safety" for s in made.reports) / 84
    assert len(story.refs) / 2 > 2 * usual
    categories = {s.body["category"] for s in made.reports if s.ref in story.incidents}
    assert len(categories) >= 5


def test_start_moves_everything() -> None:
    moved = simulate(7, start=date(2024, 1, 8), history_weeks=2)
    assert moved.fortnight == datetime(2024, 1, 8, tzinfo=UTC)
    assert moved.reports[0].sent_at < moved.fortnight - timedelta(days=13)
    assert b"+00:00" in b"".join(s.raw for s in moved.reports)


def test_scale_makes_more_of_a_wider_town(made: Simulation) -> None:
    larger = simulate(7, scale=2.0, history_weeks=2)
    daily = len(larger.reports) / 28
    assert daily > 1.5 * len(made.reports) / 84
    assert larger.town.districts == 2


def test_a_short_fortnight_is_refused() -> None:
    with pytest.raises(ValueError, match="fourteen"):
        simulate(7, days=7)


def test_the_command_writes_files(tmp_path: Path) -> None:
    out, truth = tmp_path / "f.jsonl", tmp_path / "t.json"
    main(["--seed", "5", "--out", str(out), "--truth", str(truth), "--history-weeks", "1"])
    lines = out.read_bytes().splitlines()
    assert lines == [s.raw for s in simulate(5, history_weeks=1).reports]
    assert len(json.loads(truth.read_text("utf-8"))["stories"]) == 12
