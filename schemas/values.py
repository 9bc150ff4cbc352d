"""The kinds of value the words are made of: text, moments, dates of birth, and words of a vocabulary."""

import re
from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

SHORT = 2_000  # a name, an address: longer ones would let one report stall the matching of all
LONG = 20_000
MANY = 100
EARLIEST, LATEST = 1900, 2199  # years; far enough from datetime's ends that no window around them overflows

NO_NUL = r"^[^\x00]*$"
_MOMENT = re.compile(
    r"(?P<year>\d{4})(?:-\d\d-\d\d|\d{4})T(?:\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?|\d{4}(?:\d\d(?:[.,]\d+)?)?)"
    r"(?P<offset>Z|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII,
)
_BORN = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)


class Word(BaseModel):
    """What every message is: closed, exact about types, and silent about its values when it complains."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True, allow_inf_nan=False)

    def __repr__(self) -> str:
        """The kind of thing alone: what a traceback or a log may show of people's worst moments."""
        return f"<{type(self).__name__}>"

    __str__ = __repr__


def read_moment(value: Any) -> datetime:
    """An ISO 8601 time with its offset, as an aware datetime."""
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, str):
        moment = _from_text(value)
    else:
        raise PydanticCustomError("moment", "must be an ISO 8601 time in quotes, such as 2024-05-01T21:30:00+01:00")
    if moment.tzinfo is None:
        raise PydanticCustomError("naive", "has no offset: end it with Z or, for example, +01:00")
    if not EARLIEST <= moment.year <= LATEST:
        raise PydanticCustomError("year", f"must lie in the years {EARLIEST} to {LATEST}")
    return moment


def _from_text(text: str) -> datetime:
    form = _MOMENT.fullmatch(text)
    if form is None:
        raise PydanticCustomError("moment", "is not an ISO 8601 time, such as 2024-05-01T21:30:00+01:00")
    try:
        return datetime.fromisoformat(text.replace(",", "."))
    except ValueError:
        raise PydanticCustomError("moment", "is not a time that exists") from None


@dataclass(frozen=True, slots=True)
class Born:
    """When a person may have been born: any day from ``first`` to ``last``."""

    first: date
    last: date

    @staticmethod
    @lru_cache(maxsize=2_048)
    def read(text: str) -> "Born":
        """Read ``1990``, ``1990-04`` or ``1990-04-12``; raises ``ValueError`` where it is none of these."""
        form = _BORN.fullmatch(text)
        if form is None:
            raise ValueError("not a date of birth")
        year, month, day = (None if part is None else int(part) for part in form.groups())
        if year is None or month is None:
            return Born(date(year or 0, 1, 1), date(year or 0, 12, 31))
        if day is None:
            return Born(date(year, month, 1), date(year, month, monthrange(year, month)[1]))
        return Born(date(year, month, day), date(year, month, day))

    @property
    def whole(self) -> bool:
        """Whether the day itself is known."""
        return self.first == self.last


def _check_born(text: str) -> str:
    try:
        Born.read(text)
    except ValueError:
        raise PydanticCustomError("born", "is not a date of birth: write 1990, 1990-04 or 1990-04-12") from None
    return text


@dataclass(frozen=True, slots=True, eq=False)
class one_of:  # reads as the claim it is
    """A word of a vocabulary kept as data."""

    words: Collection[str]

    def __call__(self, text: str) -> str:
        """The word, if it is one."""
        if text not in self.words:
            raise PydanticCustomError("one_of", "is no known word", {"words": tuple(self.words), "given": text[:64]})
        return text


def _check_free(value: dict[str, Any]) -> dict[str, Any]:
    """An object of the sender's own: anything JSON can hold, but no U+0000, lone surrogate or infinity."""
    rest: list[Any] = [value]
    while rest:
        match rest.pop():
            case dict() as inner:
                rest.extend(inner)
                rest.extend(inner.values())
            case list() as inner:
                rest.extend(inner)
            case str() as text:
                _check_text(text)
            case float() as number if not abs(number) < float("inf"):
                raise PydanticCustomError("not_finite", "holds a number that is not finite")
    return value


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise PydanticCustomError("nul", "holds U+0000")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise PydanticCustomError("string_unicode", "holds half a surrogate pair")


Name = Annotated[str, StringConstraints(min_length=1, max_length=SHORT, pattern=NO_NUL)]
Text = Annotated[str, StringConstraints(max_length=SHORT, pattern=NO_NUL)]
LongText = Annotated[str, StringConstraints(max_length=LONG, pattern=NO_NUL)]
AgencyName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,30}$")]
# No control characters: an id is a key, a header and part of a line.
ReportId = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]
Moment = Annotated[datetime, BeforeValidator(read_moment), WithJsonSchema({"type": "string", "format": "date-time"})]
BornText = Annotated[
    str, AfterValidator(_check_born), WithJsonSchema({"type": "string", "pattern": r"^\d{4}(-\d\d(-\d\d)?)?$"})
]
Free = Annotated[dict[str, Any], AfterValidator(_check_free)]
# A list in JSON is a list in Python, which a strict tuple would refuse.
Listed = Field(default=(), strict=False, max_length=MANY)


class Span(Word):
    """From when to when; ``to`` may equal ``from``."""

    from_: Moment = Field(alias="from")
    to: Moment
