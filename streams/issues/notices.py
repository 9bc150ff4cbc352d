"""Notices about the reporting itself: a publisher new, silent or suddenly sending more, or a batch of late reports.

More reporting is not more crime (design, decision 11): none of this is an issue in the town. It rests on the reports
that every statutory agency may know, and on the days on which others reported: no clock is read.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from math import inf

from schemas.alert import so_many
from streams.issues.calendar import start_of
from streams.issues.chance import tail
from streams.issues.counts import unevenness
from streams.issues.draft import draft_notice
from streams.issues.openly import Open, OpenDay
from streams.issues.periods import judged_by
from streams.issues.rules import ReportingRule, Rules
from streams.issues.values import Finding
from streams.issues.words import day as said_day
from streams.issues.words import number, plain, several
from streams.remembering import Remembered

Made = Mapping[str, Sequence[Open]]
_FOUND: Remembered[Sequence[Finding]] = Remembered(256)


@dataclass(frozen=True, kw_only=True)
class Feed:
    """What an agency made on each day of the past, and on the day that is judged."""

    agency: str
    day: date
    first: date
    made: Mapping[date, Sequence[Open]]

    @cached_property
    def days(self) -> list[date]:
        """The days it made reports on, up to the one that is judged."""
        return sorted(day for day in self.made if day <= self.day)

    def between(self, first: date, last: date) -> list[Open]:
        """What it made from one day to another."""
        days = ((first + timedelta(days=n)) for n in range((last - first).days + 1))
        return [one for day in days for one in self.made.get(day, ())]


def notices_of(period: str, days: Mapping[str, OpenDay], firsts: Mapping[str, date], rules: Rules) -> Sequence[Finding]:
    """What is to be said of the reporting on one closed day, found once for all who are told of it."""
    last = judged_by(period)[-1]
    within = {day: one for day, one in days.items() if last <= day <= period}
    marks = tuple((day, within[day].mark) for day in sorted(within))
    key = (period, frozenset(firsts.items()), rules.version, rules.reporting, rules.spike, marks)
    return _FOUND.of(key, lambda: find_notices(period, {day: one.made for day, one in within.items()}, firsts, rules))


def find_notices(period: str, made: Made, firsts: Mapping[str, date], rules: Rules) -> list[Finding]:
    """What is to be said of the reporting on one closed day."""
    today = date.fromisoformat(period)
    since = date.fromisoformat(judged_by(period)[-1])
    by_agency: dict[str, dict[date, list[Open]]] = {agency: {} for agency in firsts}
    for name, some in made.items():
        if since <= (when := date.fromisoformat(name)) <= today:
            for one in some:
                by_agency.setdefault(one.agency, {}).setdefault(when, []).append(one)
    feeds = [
        Feed(agency=agency, day=today, first=firsts[agency], made=held)
        for agency, held in sorted(by_agency.items())
        if agency in firsts and firsts[agency] <= today
    ]
    found: list[Finding] = []
    for feed in feeds:
        # That others reported on a day is what says that the day was one on which it might have.
        if any(other is not feed and today in other.made for other in feeds):
            found += _silent(feed, len(feeds), rules)
        found += _surge(feed, len(feeds), rules)
        found += _late(feed, len(feeds), rules)
        found += _new(feed, feeds, rules)
    return found


def _learnt(feed: Feed, rules: Rules) -> bool:
    return (feed.day - feed.first).days >= rules.spike.learning


def _habitual(feed: Feed, rules: Rules) -> bool:
    """Whether it reports often enough to have a usual: one that sends a month's reports at once has none by day."""
    return _learnt(feed, rules) and sum(day < feed.day for day in feed.days) >= rules.reporting.least_days


def _new(feed: Feed, feeds: Iterable[Feed], rules: Rules) -> Iterable[Finding]:
    others_known = any(_learnt(other, rules) for other in feeds if other.agency != feed.agency)
    if feed.day != feed.first or not others_known:
        return
    until = feed.first + timedelta(days=rules.spike.learning)
    yield draft_notice(
        rules,
        period=feed.day.isoformat(),
        scope=f"agency:{feed.agency}:new",
        title=f"{plain(feed.agency).capitalize()} has begun to report",
        why=[
            f"Its first report was made on {said_day(start_of(feed.first))}; until {said_day(start_of(until))} "
            f"({several(rules.spike.learning, 'day')}) its reports are learnt from and raise no spike.",
        ],
        since=start_of(feed.first),
        lasts=float(rules.spike.learning),
        observed=len(feed.made.get(feed.day, ())),
        evidence=feed.made.get(feed.day, ())[:1],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Silence:
    """So many days with nothing, and how likely chance alone lets them pass."""

    days: int
    chance: float


def _silent(feed: Feed, agencies: int, rules: Rules) -> Iterable[Finding]:
    rule = rules.reporting
    if not feed.days or feed.days[-1] == feed.day or not _habitual(feed, rules):
        return
    last, known = feed.days[-1], max(feed.first, feed.day - timedelta(days=rule.past))
    if (last - known).days < rule.habit:
        return
    days = [day for day in feed.days if day >= known]
    pause = max(((b - a).days - 1 for a, b in pairwise(days)), default=0)
    bar = 1 / (rule.seldom * agencies)
    silences = _silences(days, known, last, (feed.day - last).days)
    told = next((s for s in silences if s.chance <= bar and s.days > max(pause, rule.silent_days - 1)), None)
    if told is None or (silences[-1].days - told.days) % rule.again:
        return
    now = silences[-1]
    who = plain(feed.agency).capitalize()
    yield draft_notice(
        rules,
        period=feed.day.isoformat(),
        scope=f"agency:{feed.agency}:silent",
        title=f"{who} silent for {several(now.days, 'day')}",
        why=[
            f"The last report that all may know was made on {said_day(start_of(last))}; others have reported since.",
            f"In the {several((last - known).days + 1, 'day')} before, it reported on {len(days)}, and never paused "
            f"for longer than {several(pause, 'day')}.",
            "While it is silent a rise that only it would tell of cannot be seen.",
        ],
        since=start_of(last),
        lasts=float(rule.again + 1),
        observed=now.days,
        recurrence_days=1 / (now.chance * agencies) if now.chance > 0 else inf,
        evidence=feed.made[last][-1:],
    )


def _silences(days: Sequence[date], known: date, last: date, length: int) -> list[_Silence]:
    """The silence since ``last`` day by day; each weekday as often reported on as in the past."""
    had: Counter[int] = Counter(day.weekday() for day in days)
    of: Counter[int] = Counter((known + timedelta(days=n)).weekday() for n in range((last - known).days + 1))
    chance, found = 1.0, []
    for count in range(1, length + 1):
        weekday = (last + timedelta(days=count)).weekday()
        chance *= 1 - (had[weekday] + 0.5) / (of[weekday] + 1)
        found.append(_Silence(days=count, chance=chance))
    return found


def _surge(feed: Feed, agencies: int, rules: Rules) -> Iterable[Finding]:
    rule = rules.reporting
    if not _habitual(feed, rules) or feed.day not in feed.made:
        return
    found = [surge for days in rule.windows if (surge := _surge_of(feed, days, agencies, rules)) is not None]
    if found:
        yield max(found, key=lambda finding: (finding.recurrence_days or 0.0, -finding.observed))


def _surge_of(feed: Feed, days: int, agencies: int, rules: Rules) -> Finding | None:
    """More of everything than usual: in so many days twice as much, whatever has risen most left out."""
    rule = rules.reporting
    first = feed.day - timedelta(days=days - 1)
    now = _prompt(feed, first, feed.day, rule)
    back = [timedelta(days=7 * week) for week in range(1, rules.spike.weeks + 1)]
    past = [_prompt(feed, first - shift, feed.day - shift, rule) for shift in back]
    usual = sum(map(len, past)) / len(past)
    kinds, before = Counter(one.matter for one in now), Counter(one.matter for some in past for one in some)
    if not kinds:
        return None
    most = max(kinds, key=lambda kind: (kinds[kind] - before[kind] / len(past), kind))
    rest, rest_usual = len(now) - kinds[most], usual - before[most] / len(past)
    if len(now) < max(rule.least, rule.factor * usual) or rest < rule.factor * rest_usual or rest * 3 < len(now):
        return None
    chance = max(
        _chance(len(now), [len(some) for some in past]),
        _chance(rest, [sum(one.matter != most for one in some) for some in past]),
    )
    tests = agencies * len(rule.windows)
    if chance > 1 / (rule.seldom * tests):
        return None
    who = plain(feed.agency).capitalize()
    when = (
        f"on {said_day(start_of(feed.day))}" if days == 1 else f"in the {days} days to {said_day(start_of(feed.day))}"
    )
    return draft_notice(
        rules,
        period=feed.day.isoformat(),
        scope=f"agency:{feed.agency}:more",
        title=f"{who} sent {several(len(now), 'report')} {when}: {so_many(usual)} expected",
        why=[
            f"{several(len(now), 'report')} {when}, of {several(len(kinds), 'kind')}; the same "
            f"days of the past {rules.spike.weeks} weeks let one expect {so_many(usual)}.",
            f"Without {plain(most)}, which rose most, it is {rest} instead of {so_many(rest_usual)}: a change in "
            "reporting, which raises what is expected of it and so no spike.",
        ],
        since=start_of(first),
        lasts=float(rules.spike.gap),
        observed=len(now),
        expected=usual,
        recurrence_days=1 / (chance * tests) if chance > 0 else inf,
        evidence=now,
    )


def _chance(count: int, past: Sequence[int]) -> float:
    """How likely chance brings so many, by as long stretches before."""
    usual, uneven = sum(past) / len(past), unevenness(past, [1.0] * len(past))
    shape = sum(past) + 0.5
    return tail(count, min(shape, usual / (uneven - 1)) if uneven > 1 and usual else shape, max(usual, 0.5))


def _prompt(feed: Feed, first: date, last: date, rule: ReportingRule) -> list[Open]:
    """What it made on some days of what had just happened; a batch of late reports is told as that."""
    return [one for one in feed.between(first, last) if one.lag < rule.late_days]


def _late(feed: Feed, agencies: int, rules: Rules) -> Iterable[Finding]:
    rule = rules.reporting
    late = [one for one in feed.made.get(feed.day, ()) if one.lag >= rule.late_days]
    if len(late) < rule.late_least or not _habitual(feed, rules):
        return
    before = feed.between(feed.day - timedelta(days=rule.past), feed.day - timedelta(days=1))
    often = sum(one.lag >= rule.late_days for one in before)
    usual = (often + 0.5) / rule.past
    chance = tail(len(late), often + 0.5, usual)
    if chance > 1 / (rule.seldom * agencies):
        return
    who, furthest = plain(feed.agency).capitalize(), max(one.lag for one in late)
    yield draft_notice(
        rules,
        period=feed.day.isoformat(),
        scope=f"agency:{feed.agency}:late",
        title=f"{who} sent {several(len(late), 'late report')} on {said_day(start_of(feed.day))}",
        why=[
            f"{several(len(late), 'report')} of that day {'tells' if len(late) == 1 else 'tell'} of what happened "
            f"{rule.late_days:g} days before or earlier, up to {number(furthest)}; its past lets one expect "
            f"{so_many(usual)} a day.",
            "The days they tell of have been judged anew with them.",
        ],
        since=start_of(feed.day),
        lasts=float(rules.spike.gap),
        observed=len(late),
        expected=usual,
        recurrence_days=1 / (chance * agencies) if chance > 0 else inf,
        evidence=late,
    )
