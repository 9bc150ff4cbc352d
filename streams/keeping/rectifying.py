"""Putting right what a report says of a person, where the agency that said it cannot send a new version."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, select

from schemas.tables import Erased, Report
from streams.intake.forgotten import version_mark
from streams.keeping.keyring import keyring_of
from streams.keeping.log import COMMANDS, log
from streams.keeping.rewriting import rewrite, with_person
from streams.keeping.subject import Subject, versions_of
from streams.stage import leave_for
from streams.store import add_new


class NotRight(ValueError):
    """What it would say then is no report; which field is wrong."""


def rectify(
    connection: Connection, subject: Subject, changes: Mapping[str, str | None], by: str, why: str, at: datetime
) -> None:
    """Change fields of one mention in the version that holds; the version as it was sent is not taken again."""
    ring = keyring_of(connection)
    for ref, indexes in sorted(subject.people.items()):
        head = connection.execute(select(Report.uid).where(Report.ref == ref).with_for_update()).scalar_one_or_none()
        versions = [row for row in versions_of(connection, [ref]) if row.uid == head]
        for index in sorted(indexes):
            try:
                gone = rewrite(connection, ref, partial(with_person, index=index, changes=changes), [head or ""])
            except (ValueError, IndexError):
                raise NotRight(
                    f"{ref}#{index} cannot say that: see the contract for what a person's fields may be"
                ) from None
            if not gone:
                raise NotRight(f"{ref}#{index} says so already, or is no more")
        marks = [version_mark(ring, row.ref, row.version, row.digest) for row in versions]
        add_new(connection, Erased, [{"mark": mark, "at": at, "people": []} for mark in marks])
        leave_for(connection, "dedupe", [ref])
        fields = {"fields": sorted(changes), "person": sorted(indexes)}
        entry = {"at": at, "actor": by, "act": "alteration", "subject": f"report:{ref}", "detail": fields, "why": why}
        log(connection, COMMANDS, [entry])
