"""Themes: a word or phrase in the narratives of more incidents than the past weeks let one expect, across agencies.

Incidents are counted, never reports. What is expected of a term is the share of narratives that held it before times
how many there are now, agency by agency or kind by kind, whichever is more: so neither more reporting, nor a form's
own words, nor the rise of a kind makes a theme. The belief is a gamma one shrunk to the partnership's share, the tail
negative binomial (Gelman and others, Bayesian Data Analysis, 3rd ed., section 2.6), allowed for all the terms that
were looked at.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from math import inf, sqrt

from schemas.alert import LONGEST_DAYS, how_seldom, so_many
from streams.issues.calendar import end_of
from streams.issues.chance import tail
from streams.issues.counts import unevenness
from streams.issues.draft import draft
from streams.issues.near import area_of
from streams.issues.openly import Open
from streams.issues.rules import Rules, ThemeRule
from streams.issues.terms import stem
from streams.issues.values import Finding, Happening
from streams.issues.words import kinds, listed, several, span, told_by


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


Part = tuple[str, str]  # ("by", an agency) or ("of", a category or detail)


class Lexicon:
    """Which reports hold which terms, by the day of what they tell.

    ``incident_of`` says where a report's incident is another in somebody's view.
    """

    def __init__(self, told: Mapping[str, Sequence[Open]], incident_of: Mapping[str, str]) -> None:
        self._incident_of = incident_of
        self._told = {date.fromisoformat(day).toordinal(): some for day, some in told.items()}
        self._days: dict[str, list[int]] = defaultdict(list)
        self._holding: dict[str, list[Open]] = defaultdict(list)
        for day, some in sorted(self._told.items()):
            for one in some:
                for each in {stem(term) for term in one.terms}:
                    self._days[each].append(day)
                    self._holding[each].append(one)

    def incident(self, one: Open) -> str:
        """The incident a report tells of."""
        return self._incident_of.get(one.ref, one.incident)

    def often(self, first: int, last: int) -> Counter[str]:
        """How many reports of some days hold each term."""
        days = (self._told.get(day, ()) for day in range(first, last + 1))
        return Counter(each for some in days for one in some for each in {stem(term) for term in one.terms})

    def count(self, term: str, first: int, last: int) -> int:
        """How many reports of some days hold a term."""
        return bisect_right(self._days[term], last) - bisect_left(self._days[term], first)

    def holding(self, term: str, first: int, last: int) -> Sequence[tuple[int, Open]]:
        """The reports of some days that hold a term, each with its day."""
        days = self._days[term]
        held = slice(bisect_left(days, first), bisect_right(days, last))
        return list(zip(days[held], self._holding[term][held], strict=True))

    def volume(self, first: int, last: int) -> Counter[Part]:
        """How many incidents each agency told of on some days, and how many there were of each kind."""
        found: Counter[Part] = Counter()
        for day in range(first, last + 1):
            found.update(self._volumes.get(day, {}))
        return found

    @cached_property
    def _volumes(self) -> dict[int, Counter[Part]]:
        return {day: self.parts(some) for day, some in self._told.items()}

    def parts(self, reports: Iterable[Open]) -> Counter[Part]:
        """How many incidents of ``reports`` each agency told of, and how many are of each kind."""
        told = {(part, self.incident(one)) for one in reports for part in (("by", one.agency), ("of", one.matter))}
        return Counter(part for part, _ in told)

    @cached_property
    def names(self) -> frozenset[str]:
        """The stems of all words by which anybody is called in any of the reports."""
        return frozenset(stem(name) for some in self._told.values() for one in some for name in one.names)


class Themes:
    """The themes of closed days over one lexicon, each day's found once."""

    def __init__(self, lexicon: Lexicon, firsts: Mapping[str, date], rules: Rules) -> None:
        self._lexicon, self._firsts, self._rules = lexicon, firsts, rules
        self._found: dict[str, list[Theme]] = {}

    def of(self, period: str) -> list[Theme]:
        """Those of one day."""
        if period not in self._found:
            self._found[period] = find_themes(period, self._lexicon, self._firsts, self._rules)
        return self._found[period]


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The week judged and the weeks before, as days' ordinals; who is known by then, and how much they told of."""

    first: int
    last: int
    since: int
    known: frozenset[str]
    now: Counter[Part]
    past: Counter[Part]


def find_themes(period: str, lexicon: Lexicon, firsts: Mapping[str, date], rules: Rules) -> list[Theme]:
    """The themes of the week that ends with a closed day, of agencies that have reported long enough to be judged."""
    rule, last = rules.theme, date.fromisoformat(period).toordinal()
    first = last - rule.window + 1
    since = first - rule.window * rule.weeks
    week = Week(
        first=first,
        last=last,
        since=since,
        known=frozenset(a for a, began in firsts.items() if last - began.toordinal() >= rules.spike.learning),
        now=lexicon.volume(first, last),
        past=lexicon.volume(since, first - 1),
    )
    if not any(week.past["by", agency] for agency in week.known):
        return []
    often = lexicon.often(first, last)
    found = [
        _theme(term, lexicon, week, rule, len(often))
        for term, count in often.items()
        if count >= rule.incidents
        and count > _at_least(lexicon.count(term, since, first - 1) / rule.weeks)
        and not any(word in lexicon.names for word in term.split(" "))
    ]
    return _apart([theme for theme in found if theme is not None])


def _at_least(weekly: float) -> float:
    """Fewer reports than this are no theme whatever is expected agency by agency: a look that spares the full one."""
    return weekly / 2 + 2 * sqrt(weekly / 2)


def _theme(term: str, lexicon: Lexicon, week: Week, rule: ThemeRule, tests: int) -> Theme | None:
    now = [one for _, one in lexicon.holding(term, week.first, week.last) if one.agency in week.known]
    incidents = {lexicon.incident(one) for one in now}
    if len(incidents) < rule.incidents or len({one.agency for one in now}) < rule.agencies:
        return None
    before, weekly = _before(term, lexicon, week, rule)
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


def _before(term: str, lexicon: Lexicon, week: Week, rule: ThemeRule) -> tuple[Counter[Part], list[int]]:
    """The incidents told of with the term in the weeks before: by agency and of each kind, and in each week."""
    held = [(day, one) for day, one in lexicon.holding(term, week.since, week.first - 1) if one.agency in week.known]
    told = {((day - week.since) // rule.window, lexicon.incident(one)) for day, one in held}
    weekly = Counter(number_ for number_, _ in told)
    return lexicon.parts(one for _, one in held), [weekly[number_] for number_ in range(rule.weeks)]


def _expected(before: Counter[Part], week: Week, rule: ThemeRule, by: str) -> float:
    """Part by part, the share of what was told before that held the term, times what is told now.

    By agency, so that a form's own words make no theme; of each kind, so that the rise of a kind, which is a spike,
    makes none either.
    """
    volume = {part: count for part, count in week.past.items() if part[0] == by}
    share = (sum(before[part] for part in volume) + rule.prior) / (sum(volume.values()) + 1)
    known = [part for part in week.now if part[0] == by and (by == "of" or part[1] in week.known)]
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
