"""What was erased or redacted is so again in a store that was restored from before."""

import json
import os
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from schemas.tables import Erased, Report, ReportVersion
from streams.intake.forgotten import report_mark, version_mark
from streams.keeping.keyring import Keyring, keyring_of
from streams.keeping.subject import Subject
from streams.keeping.words import Written, redact, written
from streams.keeping.work_words import ERASED
from streams.store import add_new

Mark = dict[str, Any]


def marks(connection: Connection) -> list[Mark]:
    """The list of the erased: keyed digests, when, and which people of the report; None: all of it."""
    rows = connection.execute(select(Erased.mark, Erased.at, Erased.people).order_by(Erased.mark))
    return [{"mark": row.mark, "at": row.at.isoformat(), "people": row.people} for row in rows]


def write_list(connection: Connection, file: Path) -> None:
    """Keep the list beside the store's key too: it must outlive the store, and says nothing of anybody."""
    part = file.with_name(f"{file.name}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as lines:
        lines.writelines(json.dumps(mark) + "\n" for mark in marks(connection))
    part.replace(file)


def read_list(file: Path) -> list[Mark]:
    """The list as it was kept; none where there is no file."""
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def take_up(connection: Connection, listed: Iterable[Mark]) -> None:
    """Add to the store's own list."""
    rows = [{**mark, "at": datetime.fromisoformat(mark["at"])} for mark in listed]
    add_new(connection, Erased, list({row["mark"]: row for row in rows}.values()))


def back_again(connection: Connection) -> tuple[Subject, list[str]]:
    """What the store holds that was erased; and the reports that were put right since, and are not any more."""
    ring = keyring_of(connection)
    listed = {mark["mark"]: mark["people"] for mark in marks(connection)}
    whole = {ref for ref in connection.execute(select(Report.ref)).scalars() if report_mark(ring, ref) in listed}
    people: dict[str, set[int]] = defaultdict(set)
    wrong: set[str] = set()
    versions = select(ReportVersion.ref, ReportVersion.version, ReportVersion.digest)
    for ref, version, digest in connection.execute(versions):
        theirs = listed.get(version_mark(ring, ref, version, digest))
        if ref in whole or theirs is None:
            continue
        people[ref].update(theirs)
        if not theirs:
            wrong.add(ref)
    found = {ref: frozenset(indexes) for ref, indexes in people.items() if indexes}
    return Subject(whole=frozenset(whole), people=found), sorted(wrong)


def redact_for_good(connection: Connection, places: Collection[str], at: datetime) -> None:
    """Take all words out of some places, and note by keyed digests what they said."""
    ring = keyring_of(connection)
    here = [one for one in written(connection) if one.where in places]
    rows = [{"mark": mark, "at": at, "people": None} for mark in sorted({m for one in here for m in _said(ring, one)})]
    add_new(connection, Erased, rows)
    for one in here:
        redact(connection, one.where)


def redact_again(connection: Connection) -> list[str]:
    """Take the words out of all that says again what was redacted; where that was."""
    ring, listed = keyring_of(connection), {mark["mark"] for mark in marks(connection)}
    back = [one.where for one in written(connection) if not listed.isdisjoint(_said(ring, one))]
    for where in back:
        redact(connection, where)
    return back


def _said(ring: Keyring, one: Written) -> set[str]:
    """What stands for each of the words that a place says: new ones may stand there since, and they stay."""
    return {ring.mark("words", one.where, text) for text in one.words.values() if text != ERASED}
