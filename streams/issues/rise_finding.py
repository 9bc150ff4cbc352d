"""The finding a week's rise makes, in words that name the numbers."""

from collections.abc import Sequence
from datetime import timedelta

from schemas.alert import LONGEST_DAYS, how_seldom, so_many
from schemas.cells import WHOLE
from streams.issues.calendar import monday_of, period_end, start_of
from streams.issues.draft import draft, most_common
from streams.issues.near import area_of
from streams.issues.rises import Alarm, WeekRise
from streams.issues.rules import Rules
from streams.issues.values import Finding, Happening
from streams.issues.words import day, kinds, matter, several, told_by


def rise_of_week(rise: WeekRise, incidents: Sequence[Happening], rules: Rules) -> Finding:
    """The finding: a spike of its cell, so that it and the spikes of its days are one alert."""
    alarm, verdict = rise.alarm, rise.alarm.verdict
    heard = sorted(incident.sound[0].reported_at for incident in incidents if incident.sound)
    upper = min(verdict.upper, verdict.observed - 1) if alarm.high else verdict.upper
    end = period_end(alarm.week)
    due = heard[min(upper + 1, len(heard)) - 1] if heard else end
    tellings = [telling for incident in incidents for telling in incident.tellings]
    everywhere = alarm.cell.area == WHOLE
    where = WHOLE if everywhere else most_common([i.area for i in incidents]) or alarm.cell.area
    ground = None if everywhere else area_of(incidents)
    agencies = {telling.agency for telling in tellings}
    return draft(
        rules,
        kind="spike",
        key=f"week:{alarm.week}",
        scope=alarm.cell.scope,
        episode=alarm.week,
        incidents=incidents,
        raised_at=max(end, due),
        window=timedelta(days=rules.spike_week.gap),
        needed=upper + 1,
        title=_title(alarm, where),
        why=[
            *_reasons(alarm, where, upper),
            told_by(agencies, len(tellings)),
            kinds((incident.category, incident.detail) for incident in incidents),
        ],
        agencies=len(agencies),
        area={**(ground or {"lat": None, "lon": None, "radius_m": None}), "name": where},
        observed=verdict.observed,
        expected=verdict.expected,
        upper=float(upper),
        recurrence_days=min(alarm.recurrence, LONGEST_DAYS),
    )


def _title(alarm: Alarm, where: str) -> str:
    slow = alarm.verdict.slow
    if alarm.high or slow is None:
        return f"{_so_many(alarm, where)}: {so_many(alarm.verdict.expected)} expected"
    what = matter(alarm.cell.category, alarm.cell.detail)
    return (
        f"{several(slow.observed, 'incident')} of {what} in {where} in {slow.weeks} weeks: "
        f"{so_many(slow.expected)} expected"
    )


def _so_many(alarm: Alarm, where: str) -> str:
    what = matter(alarm.cell.category, alarm.cell.detail)
    sunday = day(start_of(monday_of(alarm.week) + timedelta(days=6)))
    return f"{several(alarm.verdict.observed, 'incident')} of {what} in {where} in the week to {sunday}"


def _reasons(alarm: Alarm, where: str, upper: int) -> list[str]:
    """What the week was judged by, what has risen slowly, and how seldom chance alone would do it."""
    verdict, slow = alarm.verdict, alarm.verdict.slow
    reasons = [
        f"{_so_many(alarm, where)}, {so_many(verdict.expected)} expected for the season from "
        f"{several(verdict.weeks, 'week')}, up to {upper}."
    ]
    if alarm.slow and slow is not None:
        reasons.append(
            f"For {several(slow.weeks, 'week')} now above what is expected: {slow.observed} where "
            f"{so_many(slow.expected)} were."
        )
    seldom = how_seldom(alarm.recurrence)
    return [*reasons, f"Chance alone would do this somewhere in the partnership once in {seldom}."]
