"""Which hidden stories the alerts told, and which decoys they kept quiet about."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deploy.demo.truth import Story

MAINLY = 0.5  # an alert rests mainly on a decoy when more than this share of its evidence is the decoy's
ABOUT = 1 / 3  # an alert is about a story when at least this share of its evidence is the story's
# What is quoted within a quotation has single marks.
INNER = str.maketrans("“”", "‘’")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether alerts told a story, which, and why it is thought so."""

    story: Story
    found: bool
    alerts: tuple[str, ...]
    why: str

    @property
    def right(self) -> bool:
        """Whether that is as it should be."""
        return self.found == self.story.expect_alert

    @property
    def word(self) -> str:
        """The verdict in a word or two."""
        if self.story.expect_alert:
            return "found" if self.found else "missed"
        return "false alarm" if self.found else "kept quiet"


@dataclass(slots=True, kw_only=True)
class _Heard:
    """An alert put together from all its copies and versions."""

    kind: str
    title: str
    evidence: set[str]


def _heard(alerts: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], _Heard]:
    heard: dict[tuple[str, str], _Heard] = {}
    for alert in alerts:
        key = (alert["id"], alert["kind"])
        one = heard.setdefault(key, _Heard(kind=alert["kind"], title=str(alert.get("title", "")), evidence=set()))
        one.evidence.update(alert.get("evidence", ()))
    return heard


def _tells(story: Story, alert: _Heard) -> bool:
    shared = alert.evidence & story.incidents.keys()
    if alert.kind not in story.kinds or not shared:
        return False
    share = len(shared) / len(alert.evidence)
    return share >= ABOUT if story.expect_alert else share > MAINLY


def score_stories(stories: Iterable[Story], alerts: Sequence[Mapping[str, Any]]) -> list[Verdict]:
    """A verdict on each story; ``alerts`` are as the contract has them, copies and versions in any order."""
    heard = _heard(alerts)
    return [_verdict(story, heard) for story in stories]


def _verdict(story: Story, heard: Mapping[tuple[str, str], _Heard]) -> Verdict:
    telling = {key: alert for key, alert in heard.items() if _tells(story, alert)}
    told = {story.incidents[ref] for alert in telling.values() for ref in alert.evidence & story.incidents.keys()}
    if telling and story.expect_alert and len(told) < story.enough:
        why = f"alerts rest on {len(told)} of its incidents; {story.enough} would tell it"
        return Verdict(story=story, found=False, alerts=(), why=why)
    if telling:
        (_, kind), alert = max(telling.items(), key=lambda item: len(item[1].evidence & story.incidents.keys()))
        of = len(alert.evidence & story.incidents.keys())
        why = f"{kind} “{alert.title.translate(INNER)}” rests on {of} of its {len(story.incidents)} reports"
        if len(telling) > 1:
            why += f", and {len(telling) - 1} more tell of it"
    else:
        rests = "rests on" if story.expect_alert else "rests mainly on"
        why = f"no alert of such a kind {rests} its {len(story.incidents)} reports"
    return Verdict(story=story, found=bool(telling), alerts=tuple(sorted({key[0] for key in telling})), why=why)
