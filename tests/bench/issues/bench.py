"""``make bench-issues``: hidden issues found, how late, how many false alerts; and what Derbyshire's files give."""

import argparse
import json
import statistics
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from consumers.publisher.lines import opened
from consumers.publisher.police_uk import read_police_uk
from deploy.demo.scoring import score_stories
from deploy.demo.simulator import Simulation, simulate
from deploy.store import migrate
from schemas.agencies import load_partnership
from streams.export import export_lines
from streams.replay import replay
from streams.store import open_store, reading
from tests.bench.issues.weeks import measure_weeks
from tests.bench.table import table

COMMAND = "python -m tests.bench issues"
TUNED, REPORTED = (11, 12, 13, 21, 22, 23, 24), (31, 32, 33, 34)
HISTORY = 10  # weeks before the fortnight
FILES = sorted(Path("../shared/data/police_uk_derbyshire").glob("*.csv.gz"))
READ_AT = datetime(2026, 12, 1, tzinfo=UTC)
# A story's alert may rest on its reports for half; one that rests on neither a story nor a true repeat is false.
ABOUT = 1 / 3
NO_ISSUE = "data-notice"
Alert = Mapping[str, Any]


def measure_issues() -> None:
    """Simulated partnerships, then Derbyshire."""
    asked = _asked()
    if asked.weeks:
        measure_weeks()
        return
    print(f"\nThresholds were chosen on seeds {TUNED}; the others are figures only ({COMMAND}).\n")
    outcomes = [_outcome(seed) for seed in asked.seeds]
    print(table(HEAD, [_row(outcome) for outcome in outcomes]))
    for name, some in (("tuned", TUNED), ("reported", REPORTED)):
        _sum_up(name, [outcome for outcome in outcomes if outcome.seed in some])
    if not asked.quick:
        _derbyshire()


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=COMMAND, description="What is building up, measured.")
    parser.add_argument("--seeds", nargs="*", type=int, default=[*TUNED[:3], *REPORTED])
    parser.add_argument("--weeks", action="store_true", help="weeks beside their years alone, at length")
    parser.add_argument("--quick", action="store_true", help="leave Derbyshire out")
    return parser.parse_known_args()[0]


def alerts_of(lines: Iterable[bytes]) -> tuple[list[Alert], float]:
    """The alerts that a replay of reports leaves, and the seconds it took."""
    with TemporaryDirectory(prefix="tocsin-issues-") as name:
        file = Path(name) / "reports.jsonl"
        with file.open("wb") as out:
            out.writelines(line.rstrip(b"\n") + b"\n" for line in lines)
        engine = open_store(f"sqlite:///{name}/store.db")
        migrate(engine)
        began = time.monotonic()
        replay(engine, load_partnership(), [file], batch=500, read_at=READ_AT, tell=False)
        took = time.monotonic() - began
        with reading(engine) as connection:
            alerts = [json.loads(line) for line in export_lines(connection, "alerts")]
        engine.dispose()
    return alerts, took


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one simulation."""

    seed: int
    days: int
    stories: int
    found: int
    decoys: int
    false_alarms: int
    delays: tuple[float, ...]  # days from the report that makes a story due to the alert
    alerts: Counter[str]
    false: Counter[str]
    notices: int
    missed: tuple[str, ...] = field(default=())


HEAD = (
    "seed", "part", "stories found", "delay, days (median, most)", "decoys alarmed", "alerts",
    "false alerts per 30 days", "by kind", "data notices", "missed or wrong",
)  # fmt: skip


def _outcome(seed: int) -> Outcome:
    made = simulate(seed, history_weeks=HISTORY)
    alerts, _ = alerts_of(sent.raw for sent in made.reports)
    verdicts = score_stories(made.truth.stories, alerts)
    days = 7 * HISTORY + 14
    issues = [alert for alert in alerts if alert["kind"] != NO_ISSUE]
    return Outcome(
        seed=seed,
        days=days,
        stories=sum(v.story.expect_alert for v in verdicts),
        found=sum(v.story.expect_alert and v.found for v in verdicts),
        decoys=sum(not v.story.expect_alert for v in verdicts),
        false_alarms=sum(not v.story.expect_alert and v.found for v in verdicts),
        delays=tuple(_delays(made, alerts)),
        alerts=Counter(alert["kind"] for alert in issues),
        false=Counter(alert["kind"] for alert in issues if not _true(alert, made)),
        notices=len(alerts) - len(issues),
        missed=tuple(v.story.name for v in verdicts if not v.right),
    )


def _delays(made: Simulation, alerts: Sequence[Alert]) -> Iterator[float]:
    """How long after the report that makes it due each story was first told of, by an alert of its own kinds."""
    for story in made.truth.stories:
        telling = [
            datetime.fromisoformat(alert["raised_at"])
            for alert in alerts
            if story.expect_alert
            and alert["kind"] in story.kinds
            and len(set(alert["evidence"]) & story.incidents.keys()) >= ABOUT * len(alert["evidence"])
        ]
        if telling and story.due is not None:
            yield (min(telling) - story.due) / timedelta(days=1)


def _true(alert: Alert, made: Simulation) -> bool:
    """Whether an alert tells of something hidden, of a person or place that truly repeats, or of one it names.

    An alert of a person or place is true also where the person or place truly stands in that many incidents of the
    simulation's own everyday life: chance alone may bring it, and an analyst would still want to know.
    """
    evidence = set(alert["evidence"])
    for story in made.truth.stories:
        if story.expect_alert and len(evidence & story.incidents.keys()) >= ABOUT * len(evidence):
            return True
    for repeat in made.truth.repeats:
        if len(evidence & set(repeat.refs)) >= ABOUT * len(evidence):
            return True
    return _truly_repeats(evidence, made)


def _truly_repeats(evidence: set[str], made: Simulation) -> bool:
    """Whether one person or one place of the simulation stands in three incidents, or two, of the evidence."""
    by_thing: dict[str, set[str]] = {}
    for (ref, _), person in made.truth.person_of.items():
        if ref in evidence:
            by_thing.setdefault(person, set()).add(made.truth.incident_of[ref])
    for ref in evidence & made.truth.place_of.keys():
        by_thing.setdefault(made.truth.place_of[ref], set()).add(made.truth.incident_of[ref])
    incidents = {made.truth.incident_of[ref] for ref in evidence if ref in made.truth.incident_of}
    return any(len(some) >= max(2, len(incidents) - 1) for some in by_thing.values())


def _row(one: Outcome) -> Sequence[str]:
    delays = sorted(one.delays)
    return (
        str(one.seed),
        "tuned" if one.seed in TUNED else "reported",
        f"{one.found} of {one.stories}",
        f"{statistics.median(delays):.1f}, {delays[-1]:.1f}" if delays else "none",
        f"{one.false_alarms} of {one.decoys}",
        str(sum(one.alerts.values())),
        f"{sum(one.false.values()) * 30 / one.days:.1f}",
        ", ".join(f"{kind} {one.false[kind]}/{count}" for kind, count in sorted(one.alerts.items())),
        str(one.notices),
        "; ".join(one.missed) or "none",
    )


def _sum_up(name: str, some: Sequence[Outcome]) -> None:
    if not some:
        return
    false = sum((one.false for one in some), Counter[str]())
    days = sum(one.days for one in some)
    delays = sorted(delay for one in some for delay in one.delays)
    print(
        f"{name}: {sum(o.found for o in some)} of {sum(o.stories for o in some)} stories found, "
        f"{statistics.median(delays):.1f} days after they were due (median; most {delays[-1]:.1f}); "
        f"{sum(o.false_alarms for o in some)} of {sum(o.decoys for o in some)} decoys alarmed; "
        f"{sum(false.values()) * 30 / days:.1f} false alerts per 30 days, by kind {dict(false)}"
    )


def _derbyshire() -> None:
    """Replay January to March 2024 as one publisher's and print the ten highest alerts, to be read."""
    if not FILES:
        print("left out: ../shared/data/police_uk_derbyshire is not here")
        return
    alerts, took = alerts_of(_derbyshire_lines())
    print(f"\nDerbyshire, January to March 2024: {len(alerts)} alerts in {took:.0f} s of replay,")
    print(f"  by kind {dict(Counter(alert['kind'] for alert in alerts))}")
    for alert in sorted(alerts, key=lambda one: -one["score"])[:10]:
        area = alert.get("area") or {}
        print(f"- {alert['score']:.1f} {alert['severity']} {alert['kind']}: {alert['title']}")
        print(f"    {area.get('name')} {area.get('lat')},{area.get('lon')}; {alert['score_parts']}")
        for line in alert["why"]:
            print(f"    {line}")


def _derbyshire_lines() -> Iterator[bytes]:
    for file in FILES:
        with opened(file) as source:
            for line in read_police_uk(source, "police", 0):
                if line.raw is not None:
                    yield line.raw
