"""Themes: a word or phrase in the narratives of more incidents than the past weeks let one expect, across agencies.

Incidents are counted, never reports. What is expected of a term is the share of narratives that held it before times
how many there are now, agency by agency or kind by kind, whichever is more: so neither more reporting, nor a form's
own words, nor the rise of a kind makes a theme. The belief is a gamma one shrunk to the partnership's share, the tail
negative binomial (Gelman and others, Bayesian Data Analysis, 3rd ed., section 2.6), allowed for all the terms that
were looked at.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import inf

import numpy as np

from schemas.alert import LONGEST_DAYS, how_seldom, so_many
from streams.detectors.tails import beyond
from streams.detectors.values import Flags, Times
from streams.issues.calendar import end_of
from streams.issues.chance import tail
from streams.issues.counts import unevenness
from streams.issues.draft import draft
from streams.issues.near import area_of
from streams.issues.openly import Lines, Open, OpenDay, Part, parts_of
from streams.issues.rules import Rules, ThemeRule
from streams.issues.terms import stem
from streams.issues.values import Finding, Happening
from streams.issues.words import kinds, listed, several, span, told_by
from streams.remembering import Remembered


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A term with the incidents told of with it, what was expected, and others that mean the same incidents."""

    stem: str
    said: str
    others: tuple[str, ...]
    incidents: tuple[str, ...]
    refs: frozenset[str]
    expected: float
    recurrence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The days before a week, as ordinals, in weeks of so many; and who is known by then."""

    since: int
    until: int
    window: int
    known: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How many reports hold each of some terms (terms, agencies): all, and those that are the first of an agency's own
    to tell of their incident."""

    agencies: Times  # by their hash
    every: Times
    first: Times

    @classmethod
    def of(cls, days: Iterable[Lines], terms: Sequence[str]) -> "Held":
        """In the reports of some days."""
        lines, wanted = Lines.together(days), np.array([hash(term) for term in terms], dtype=np.int64)
        order = np.argsort(wanted)
        at = np.searchsorted(wanted[order], lines.terms).clip(max=len(terms) - 1)
        held = wanted[order][at] == lines.terms
        agencies, by = np.unique(lines.agencies, return_inverse=True)
        is_first = np.zeros(len(by), dtype=bool)
        own = lines.incidents * 31 + lines.agencies  # an agency's telling of an incident, as one number
        is_first[np.unique(own, return_index=True)[1]] = True
        places, reports = order[at[held]] * len(agencies) + by[lines.reports[held]], lines.reports[held]
        shape = (len(terms), len(agencies))
        return cls(
            agencies=agencies,
            every=np.bincount(places, minlength=shape[0] * shape[1]).reshape(shape),
            first=np.bincount(places[is_first[reports]], minlength=shape[0] * shape[1]).reshape(shape),
        )

    def of_agencies(self, names: Iterable[str]) -> Flags:
        """Which of the agencies these are."""
        return np.isin(self.agencies, [hash(name) for name in names])


class Lexicon:
    """Which reports hold which terms, by the day of what they tell.

    ``incident_of`` says where a report's incident is another in somebody's view; ``like``: the same as all see them.
    """

    def __init__(
        self, days: Mapping[str, OpenDay], incident_of: Mapping[str, str], like: "Lexicon | None" = None
    ) -> None:
        self._incident_of, self._like = incident_of, like
        self._before: dict[tuple[str, Before], tuple[Counter[Part], list[int]]] = {}
        self._lines: dict[tuple[int, int], Held] = {}
        self._days = {date.fromisoformat(day).toordinal(): one for day, one in days.items()}

    def made_of(self, first: int, last: int) -> Hashable:
        """What is said of some days is made of: their reports, and which of them are of other incidents here."""
        days = [self._days[day] for day in range(first, last + 1) if day in self._days]
        split = frozenset((ref, self._incident_of[ref]) for day in days for ref in self._split(day))
        return tuple(one.mark for one in days), split

    def _split(self, day: OpenDay) -> Collection[str]:
        return self._incident_of.keys() & day.refs if self._incident_of else ()

    def incident(self, one: Open) -> str:
        """The incident a report tells of."""
        return self._incident_of.get(one.ref, one.incident)

    def _between(self, first: int, last: int) -> Iterator[tuple[int, OpenDay]]:
        return ((day, self._days[day]) for day in range(first, last + 1) if day in self._days)

    def often(self, first: int, last: int) -> Counter[str]:
        """How many reports of some days hold each term."""
        found: Counter[str] = Counter()
        for _, day in self._between(first, last):
            found.update({term: len(some) for term, some in day.holding.items()})
        return found

    def holding(self, term: str, first: int, last: int) -> Sequence[tuple[int, Open]]:
        """The reports of some days that hold a term, each with its day."""
        return [(at, one) for at, day in self._between(first, last) for one in day.holding.get(term, ())]

    def volume(self, first: int, last: int) -> Counter[Part]:
        """How many incidents each agency told of on some days, and how many there were of each kind."""
        found: Counter[Part] = Counter()
        for _, day in self._between(first, last):
            found.update(self.parts(day.told) if self._split(day) else day.parts)
        return found

    def before(self, term: str, weeks: "Before") -> tuple[Counter[Part], list[int]]:
        """The incidents told of with a term in the weeks before: by agency and of each kind, and in each week."""
        held = [(day, one) for day, one in self.holding(term, weeks.since, weeks.until) if one.agency in weeks.known]
        if self._like is not None and self._incident_of.keys().isdisjoint([one.ref for _, one in held]):
            return self._like.before(term, weeks)
        if (term, weeks) not in self._before:
            told = {((day - weeks.since) // weeks.window, self.incident(one)) for day, one in held}
            weekly = Counter(number_ for number_, _ in told)
            number = (weeks.until - weeks.since + 1) // weeks.window
            self._before[term, weeks] = self.parts(one for _, one in held), [weekly[n] for n in range(number)]
        return self._before[term, weeks]

    def lines(self, terms: Sequence[str], first: int, last: int) -> "Held":
        """How many reports of some days hold each of some terms, by agency: the same in whatever view."""
        if self._like is not None:
            return self._like.lines(terms, first, last)
        if (first, last) not in self._lines:
            self._lines[first, last] = Held.of([day.lines for _, day in self._between(first, last)], terms)
        return self._lines[first, last]

    def parts(self, reports: Iterable[Open]) -> Counter[Part]:
        """How many incidents of ``reports`` each agency told of, and how many are of each kind."""
        return parts_of((one, self.incident(one)) for one in reports)

    def names(self, first: int, last: int) -> frozenset[str]:
        """The stems of all words by which anybody is called in any report of some days."""
        return frozenset[str]().union(*(day.names for _, day in self._between(first, last)))


_THEMES: Remembered[list[Theme]] = Remembered(512)


class Themes:
    """The themes of closed days over one lexicon, each day's found once."""

    def __init__(self, lexicon: Lexicon, firsts: Mapping[str, date], rules: Rules) -> None:
        self._lexicon, self._firsts, self._rules = lexicon, firsts, rules

    def of(self, period: str) -> list[Theme]:
        """Those of one day."""
        last = date.fromisoformat(period).toordinal()
        known = frozenset(
            a for a, began in self._firsts.items() if last - began.toordinal() >= self._rules.spike.learning
        )
        days = self._lexicon.made_of(since(last, self._rules.theme), last)
        return _THEMES.of(
            (period, known, self._rules.theme, days), lambda: find_themes(last, self._lexicon, known, self._rules)
        )


def since(last: int, rule: ThemeRule) -> int:
    """The first of the days that a day's themes are judged by."""
    return last + 1 - rule.window * (rule.weeks + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The week judged, as days' ordinals, and the weeks before; how much was told of in them."""

    first: int
    last: int
    before: Before
    now: Counter[Part]
    past: Counter[Part]


def find_themes(last: int, lexicon: Lexicon, known: frozenset[str], rules: Rules) -> list[Theme]:
    """The themes of the week that ends with a closed day, of agencies that have reported long enough to be judged."""
    rule = rules.theme
    first = last - rule.window + 1
    week = Week(
        first=first,
        last=last,
        before=Before(since=since(last, rule), until=first - 1, window=rule.window, known=known),
        now=lexicon.volume(first, last),
        past=lexicon.volume(since(last, rule), first - 1),
    )
    if not any(week.past["by", agency] for agency in week.before.known):
        return []
    often, names = lexicon.often(first, last), lexicon.names(week.before.since, last)
    terms = [term for term, count in often.items() if count >= rule.incidents]
    found = [
        _theme(term, lexicon, week, rule, len(often))
        for term in (_not_usual(terms, lexicon, week, rule, len(often)) if terms else ())
        if names.isdisjoint(term.split(" "))
    ]
    return _apart([theme for theme in found if theme is not None])


def _not_usual(terms: Sequence[str], lexicon: Lexicon, week: Week, rule: ThemeRule, tests: int) -> Iterator[str]:
    """The terms that may be a theme: a look at all at once that spares most of them the full one.

    Fewer reports than ``least`` are no theme whatever is expected agency by agency. Of the others it takes every report
    of the week for an incident, and of those before only an agency's first of each: as much as there can be now, and as
    little as can be expected.
    """
    now, past = lexicon.lines(terms, week.first, week.last), lexicon.lines(terms, week.before.since, week.before.until)
    weekly = past.every.sum(axis=1) / rule.weeks
    least = weekly / 2 + 2 * np.sqrt(weekly / 2)
    count = now.every[:, now.of_agencies(week.before.known)].sum(axis=1)
    known = past.of_agencies(week.before.known)
    before = past.first * known
    whole = sum(number for (by, _), number in week.past.items() if by == "by")
    share = (before.sum(axis=1) + rule.prior) / (whole + 1)
    expected = sum(
        week.now["by", agency]
        * (before[:, past.of_agencies([agency])].sum(axis=1) + share * rule.prior_reports)
        / (week.past["by", agency] + rule.prior_reports)
        for agency in sorted(week.before.known)
    )
    shape = past.every[:, known].sum(axis=1) + rule.prior
    chance = beyond(np.maximum(count, 1.0), shape, expected / (expected + shape))
    may = (now.every.sum(axis=1) > least) & (count >= rule.incidents)
    may &= chance * tests * rule.seldom <= rule.window * (1 + ROUNDING)
    return (terms[at] for at in np.flatnonzero(may).tolist())


ROUNDING = 1e-6  # what the look and the full one may differ by where they come to the same


def _theme(term: str, lexicon: Lexicon, week: Week, rule: ThemeRule, tests: int) -> Theme | None:
    now = [one for _, one in lexicon.holding(term, week.first, week.last) if one.agency in week.before.known]
    incidents = {lexicon.incident(one) for one in now}
    if len(incidents) < rule.incidents or len({one.agency for one in now}) < rule.agencies:
        return None
    before, weekly = lexicon.before(term, week.before)
    expected = max(_expected(before, week, rule, by) for by in ("by", "of"))
    shape, uneven = sum(weekly) + rule.prior, unevenness(weekly, [1.0] * rule.weeks)
    shape = min(shape, expected / (uneven - 1)) if uneven > 1 else shape
    chance = tail(len(incidents), shape, expected)
    if chance * tests * rule.seldom > rule.window:
        return None
    return Theme(
        stem=term,
        said=_as_said(term, now),
        others=(),
        incidents=tuple(sorted(incidents)),
        refs=frozenset(one.ref for one in now),
        expected=expected,
        recurrence=rule.window / (chance * tests) if chance > 0 else inf,
    )


def _expected(before: Counter[Part], week: Week, rule: ThemeRule, by: str) -> float:
    """Part by part, the share of what was told before that held the term, times what is told now.

    By agency, so that a form's own words make no theme; of each kind, so that the rise of a kind, which is a spike,
    makes none either.
    """
    volume = {part: count for part, count in week.past.items() if part[0] == by}
    share = (sum(before[part] for part in volume) + rule.prior) / (sum(volume.values()) + 1)
    known = [part for part in week.now if part[0] == by and (by == "of" or part[1] in week.before.known)]
    return sum(
        week.now[part] * (before[part] + share * rule.prior_reports) / (week.past[part] + rule.prior_reports)
        for part in known
    )


def _as_said(term: str, reports: Sequence[Open]) -> str:
    """The spelling that most of the reports have."""
    spelt = Counter(said for one in reports for said in one.terms if stem(said) == term)
    return min(spelt, key=lambda said: (-spelt[said], said))


def _apart(found: Sequence[Theme]) -> list[Theme]:
    """The themes, each of what mean the same incidents told once, by the term that chance would bring most seldom."""
    kept: list[Theme] = []
    for theme in sorted(found, key=lambda one: (-one.recurrence, -len(one.said), one.said)):
        mine = set(theme.incidents)
        home = next((n for n, one in enumerate(kept) if 2 * len(mine & set(one.incidents)) >= len(mine)), None)
        if home is None:
            kept.append(theme)
        elif len(kept[home].others) < _MOST_OTHERS and theme.said not in kept[home].said:
            one = kept[home]
            kept[home] = Theme(
                stem=one.stem,
                said=one.said,
                others=(*one.others, theme.said),
                incidents=one.incidents,
                refs=one.refs,
                expected=one.expected,
                recurrence=one.recurrence,
            )
    return kept


_MOST_OTHERS = 4  # more make no sentence


def theme_finding(theme: Theme, incidents: Sequence[Happening], period: str, rules: Rules) -> Finding:
    """The finding a theme makes; ``incidents``: those told of with it, as the reports with the term tell them."""
    rule = rules.theme
    last = date.fromisoformat(period)
    tellings = [telling for incident in incidents for telling in incident.tellings]
    agencies = sorted({telling.agency for telling in tellings})
    seldom = min(theme.recurrence, LONGEST_DAYS)
    others = f" With it: {listed([f'“{one}”' for one in theme.others])}." if theme.others else ""
    area = area_of(incidents)
    return draft(
        rules,
        kind="theme",
        key=f"day:{period}",
        scope=f"theme:{theme.stem}"[:200],
        episode=period,
        incidents=incidents,
        raised_at=max([end_of(last), *(telling.reported_at for telling in tellings)]),
        window=timedelta(days=rules.spike.gap),
        needed=rule.incidents,
        title=f"“{theme.said}” in {several(len(incidents), 'incident')} told by "
        f"{several(len(agencies), 'agency', 'agencies')}: {so_many(theme.expected)} expected",
        why=[
            f"“{theme.said}” stands in the narratives of {several(len(incidents), 'incident')} "
            f"{span(incidents[0].occurred_from, incidents[-1].occurred_from)}; by the {rule.weeks} weeks before, "
            f"for what is told and by whom, {so_many(theme.expected)} would; chance alone would bring such a term "
            f"once in {how_seldom(seldom)}.{others}",
            told_by((telling.agency for telling in tellings), len(tellings)),
            kinds((incident.category, incident.detail) for incident in incidents),
        ],
        agencies=len(agencies),
        area=area,
        expected=theme.expected,
        recurrence_days=seldom,
    )
