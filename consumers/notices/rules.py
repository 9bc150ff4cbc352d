"""The numbers that a partnership sets for how its people are reached."""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from schemas.kinds import vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRules:
    """How often somebody is reached until they say otherwise, and how long a channel that is away is tried."""

    an_hour: int
    digest_at: str
    weekly_on: int
    first: timedelta
    longest: timedelta
    given_up: timedelta
    lines: int
    news: timedelta


@lru_cache(maxsize=1)
def notice_rules() -> NoticeRules:
    """The rules as ``schemas/vocabulary/notices.toml`` has them."""
    said = vocabulary("notices")
    usual, trying = said["usual"], said["trying"]
    return NoticeRules(
        an_hour=usual["an_hour"],
        digest_at=usual["digest_at"],
        weekly_on=usual["weekly_on"],
        first=timedelta(seconds=trying["first_s"]),
        longest=timedelta(seconds=trying["longest_s"]),
        given_up=timedelta(days=trying["days"]),
        lines=trying["lines"],
        news=timedelta(days=trying["news_days"]),
    )
