"""Dates of birth: as exactly as they are known, and how two of them can agree although they are not alike."""

from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from schemas.kinds import vocabulary

_GENERIC = frozenset(vocabulary("generic")["born"])


class Birth(NamedTuple):
    """A date of birth as far as it is known."""

    year: int
    month: int = 0
    day: int = 0

    @property
    def digits(self) -> str:
        """The date as eight digits."""
        return f"{self.year:04d}{self.month:02d}{self.day:02d}"


@lru_cache(maxsize=2_048)
def read_birth(text: str | None) -> Birth | None:
    """The birth a report gives; a placeholder is none, and 1 January only tells the year."""
    if not text or text in _GENERIC:
        return None
    year, month, day = (int(part) for part in (text + "-0-0").split("-")[:3])
    return Birth(year) if (month, day) == (1, 1) else Birth(year, month, day)


def level(one: Birth, other: Birth) -> str:
    """How two births agree: a word of the vocabulary ``people``'s ``birth``."""
    if not (one.day and other.day):
        return _partial(one, other)
    if one == other:
        return "same"
    if one.year != other.year and one.month != other.month and one.day != other.day:
        return _years_apart(one, other)  # no slip changes all three
    if one.year == other.year and (one.month, one.day) == (other.day, other.month):
        return "swapped"
    if one_slip(one.digits, other.digits):
        return "digit"
    if (one.year, one.month) == (other.year, other.month):
        return "month"
    if (one.month, one.day) == (other.month, other.day):
        return "day"
    if (one.year, one.day) == (other.year, other.day):
        return "other_month"
    return _years_apart(one, other)


def _years_apart(one: Birth, other: Birth) -> str:
    return "near" if abs(one.year - other.year) <= 1 else "different"


def _partial(one: Birth, other: Birth) -> str:
    if one.year != other.year:
        return "near" if abs(one.year - other.year) <= 1 else "other_year"
    if one.month and other.month:
        return "year_month" if one.month == other.month else "near"
    return "year"


def one_slip(one: str, other: str) -> bool:
    """Whether one wrong character, or two neighbours the other way round, is all the difference."""
    return len(one) == len(other) and OSA.distance(one, other, score_cutoff=1) == 1
