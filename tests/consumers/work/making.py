"""Copies told to agencies, and desks at which their people work."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import Engine

from consumers.work.desk import Desk
from schemas.tables import Told
from schemas.work import Problem, Step, Subject, Task
from streams.store import put, writing
from tests.consumers.accounts.people import NOW, Log
from tests.consumers.watcher.alerts import an_alert

TODAY = date(2026, 11, 25)

__all__ = ["NOW", "TODAY", "Log", "a_problem", "a_step", "a_task", "desk", "tell"]


def tell(engine: Engine, agency: str, name: str, *, matter: str | None = None, **changed: Any) -> None:
    """Give an agency a copy; or, with ``body=None``, pull it back."""
    body = None if "body" in changed else an_alert(1, id=name, **changed)
    row = {"alert": name, "agency": agency, "matter": matter, "version": 1, "digest": "", "body": body}
    with writing(engine) as connection:
        put(connection, Told, [row])


@contextmanager
def desk(engine: Engine, agency: str = "police", by: str = "user:ann", log: Log | None = None) -> Iterator[Desk]:
    with writing(engine) as connection:
        yield Desk(connection=connection, keep=log or Log(), at=NOW, by=by, agency=agency)


def a_problem(**others: Any) -> Problem:
    return Problem.model_validate({"title": "Street drinking by the bus station", "lead": "police", **others})


def a_task(**others: Any) -> Task:
    return Task.model_validate({"what": "Walk the arcade at eight", "owner": "council", "team": "Rangers", **others})


def a_step(rung: str = "verbal-warning", **others: Any) -> Step:
    about = Subject(kind="person", id=others.pop("person", "p1"), mentions=tuple(others.pop("mentions", ())))
    return Step.model_validate({"subject": about, "rung": rung, "on": "2026-11-20", "team": "Rangers", **others})
