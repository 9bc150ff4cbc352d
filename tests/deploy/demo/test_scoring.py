from typing import Any

from deploy.demo.scoring import score_stories
from deploy.demo.truth import Story

BURGLARIES = Story(
    name="a run",
    should_hear="a run of burglaries",
    kinds=frozenset({"near-repeat", "cluster"}),
    expect_alert=True,
    incidents={f"police:{n}": f"I{n}" for n in range(6)},
)
TOLD_THRICE = Story(
    name="one fight",
    should_hear="nothing",
    kinds=frozenset({"repeat-person"}),
    expect_alert=False,
    incidents={"police:a": "I", "housing:b": "I", "fire:c": "I"},
)


def alert(kind: str, *evidence: str, id: str = "x") -> dict[str, Any]:
    return {"id": id, "kind": kind, "title": "t", "evidence": list(evidence)}


def word(story: Story, *alerts: dict[str, Any]) -> str:
    (verdict,) = score_stories([story], alerts)
    assert verdict.why
    return verdict.word


def test_an_alert_that_rests_on_the_story_tells_it() -> None:
    assert word(BURGLARIES, alert("near-repeat", "police:0", "police:1", "police:2")) == "found"


def test_nothing_is_missed() -> None:
    assert word(BURGLARIES) == "missed"


def test_another_kind_does_not_tell_it() -> None:
    assert word(BURGLARIES, alert("repeat-person", "police:0", "police:1", "police:2")) == "missed"


def test_two_incidents_are_not_enough() -> None:
    assert word(BURGLARIES, alert("near-repeat", "police:0", "police:1")) == "missed"


def test_a_dragnet_does_not_tell_it() -> None:
    other = [f"police:other{n}" for n in range(7)]
    assert word(BURGLARIES, alert("cluster", "police:0", "police:1", "police:2", *other)) == "missed"


def test_reports_of_one_incident_count_once() -> None:
    same = Story(name="s", should_hear="", kinds=frozenset({"cluster"}), expect_alert=True,
                 incidents={"police:a": "I", "fire:b": "I", "housing:c": "I"})  # fmt: skip
    assert word(same, alert("cluster", "police:a", "fire:b", "housing:c")) == "missed"


def test_copies_and_versions_of_an_alert_are_put_together() -> None:
    copies = [alert("near-repeat", f"police:{n}") for n in range(3)]
    assert word(BURGLARIES, *copies) == "found"


def test_a_decoy_with_no_alert_is_kept_quiet() -> None:
    assert word(TOLD_THRICE) == "kept quiet"
    assert word(TOLD_THRICE, alert("repeat-place", "police:a", "housing:b", "fire:c")) == "kept quiet"


def test_an_alert_resting_mainly_on_a_decoy_is_false() -> None:
    assert word(TOLD_THRICE, alert("repeat-person", "police:a", "housing:b", "fire:c")) == "false alarm"


def test_a_decoy_in_passing_is_no_false_alarm() -> None:
    assert word(TOLD_THRICE, alert("repeat-person", "police:a", "police:1", "police:2")) == "kept quiet"
