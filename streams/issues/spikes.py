"""The finding a spike makes, in words that name the numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.alert import LONGEST_DAYS, how_seldom, so_many
from streams.issues.counts import Spike
from streams.issues.draft import draft, most_common
from streams.issues.near import area_of
from streams.issues.rules import Rules
from streams.issues.values import Finding, Happening
from streams.issues.words import kinds, listed, matter, several, span, told_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """What was judged: a day, so many days up to one, or a month; ``by`` says in words what it was judged by."""

    name: str
    first: datetime
    end: datetime
    days: float
    gap: timedelta
    by: str

    @property
    def said(self) -> str:
        """``on 4 March 2024``, ``from 2 to 4 March 2024``, ``in March 2024``."""
        last = self.end - timedelta(hours=1)
        return f"in {last:%B %Y}" if len(self.name) == 7 else span(self.first, last)


def _before(spike: Spike, period: Period) -> str:
    """What there was before, as it was counted: what is expected leans on it, on other areas, and on who reports."""
    whole = "months" if len(period.name) == 7 else "weeks"
    return f"Before, the latest first, these {whole} had {listed([str(count) for count in spike.past])}."


def spike_finding(spike: Spike, incidents: Sequence[Happening], period: Period, key: str, rules: Rules) -> Finding:
    """The finding a spike makes."""
    heard = sorted(i.sound[0].reported_at for i in incidents if i.sound)
    enough = spike.upper + 1
    due = heard[enough - 1] if len(heard) >= enough else heard[-1]
    tellings = [telling for incident in incidents for telling in incident.tellings]
    what = matter(spike.cell.category, spike.cell.detail)
    seldom = min(spike.recurrence * (period.days if len(period.name) == 7 else 1.0), LONGEST_DAYS)
    area = area_of(incidents) or {"lat": None, "lon": None, "radius_m": None}
    where = most_common([i.area for i in incidents]) or spike.cell.area
    return draft(
        rules,
        kind="spike",
        key=key,
        scope=spike.cell.scope,
        episode=period.name,
        incidents=incidents,
        raised_at=max(period.end, due),
        window=period.gap,
        needed=enough,
        title=f"{several(len(incidents), 'incident')} of {what} in {where} {period.said}: "
        f"{so_many(spike.expected)} expected",
        why=[
            f"{several(len(incidents), 'incident')} {period.said}; {period.by} "
            f"one expect {so_many(spike.expected)} and up to {spike.upper}; chance alone would do this somewhere in "
            f"the partnership once in {how_seldom(seldom)}.",
            _before(spike, period),
            told_by((telling.agency for telling in tellings), len(tellings)),
            kinds((incident.category, incident.detail) for incident in incidents),
        ],
        agencies=len({telling.agency for telling in tellings}),
        area={**area, "name": where},
        expected=spike.expected,
        upper=float(spike.upper),
        faint=spike.faint,
        recurrence_days=seldom,
    )
