"""What the page asks of the stages, which it may not import: each answer is for one agency, cut as its copies are."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """Handed over by whoever runs the page.

    ``feeds``: when each agency last reported, as far as one may know, and no more. ``evidence``: the reports that a
    copy rests on, as its reader may know each, and who else may. ``where``: the reports made in a time, as far as one
    may know where and when. ``streets``: the lines of the address list. ``judge``: take what somebody said of a copy,
    as the feedback topic would. ``knows``: which agencies may know a report whole. ``person``, ``place``: whom and
    where a copy is about; ``doubts``: so many pairs of mentions that people are asked about; ``pair``: the evidence on
    one; ``settle``: take somebody's word on one. What is not taken is said why in a sentence, empty where it is.
    """

    feeds: Callable[[Connection, str], Mapping[str, datetime]]
    evidence: Callable[[Connection, str, Facts], Facts]
    where: Callable[[Connection, str, datetime, datetime], Sequence[Facts]]
    streets: Callable[[Connection], Sequence[Sequence[tuple[int, int]]]]
    judge: Callable[[Connection, Facts], str]
    knows: Callable[[Connection, Collection[str]], Mapping[str, frozenset[str]]]
    person: Callable[[Connection, str, Facts], Facts]
    place: Callable[[Connection, str, Facts], Facts]
    doubts: Callable[[Connection, str, int], Sequence[Facts]]
    pair: Callable[[Connection, str, str, str], Facts | None]
    settle: Callable[[Connection, str, Facts], str]
