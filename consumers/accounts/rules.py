"""The numbers and reasons a partnership sets for whoever sits at the page."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRules:
    """How long a session holds, what a password must be, how wrong tries make one wait, why a person is looked at."""

    idle: timedelta
    longest: timedelta
    shortest_password: int
    longest_password: int
    strength: int
    one_time: timedelta
    tries: Mapping[str, int]  # by account and by address
    longest_wait: timedelta
    forgotten_after: timedelta
    reasons: Mapping[str, str]
    links: Mapping[str, str]  # in what way two alerts belong together


@lru_cache(maxsize=1)
def page_rules() -> PageRules:
    """The rules as ``schemas/vocabulary/page.toml`` has them."""
    table = tomllib.loads(files("schemas").joinpath("vocabulary/page.toml").read_text("utf-8"))
    session, password, again = table["session"], table["password"], table["again"]
    return PageRules(
        idle=timedelta(minutes=session["idle_minutes"]),
        longest=timedelta(hours=session["longest_hours"]),
        shortest_password=password["shortest"],
        longest_password=password["longest"],
        strength=password["strength"],
        one_time=timedelta(days=password["one_time_days"]),
        tries={"account": again["account"], "address": again["address"]},
        longest_wait=timedelta(minutes=again["longest_wait_minutes"]),
        forgotten_after=timedelta(hours=again["forgotten_after_hours"]),
        reasons=table["reasons"],
        links=table["links"],
    )
