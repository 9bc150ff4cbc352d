"""Made-up people for the demo's page: one for each agency, with a password that is new in each demo."""

from datetime import UTC, datetime

from sqlalchemy import Engine

from consumers.accounts.passwords import Passwords
from consumers.accounts.users import MADE_UP, Desk, one_time_password
from deploy.recording import keep
from schemas.agencies import Partnership
from streams.store import writing

# With every role, so that whoever tries the demo meets no closed door but those between agencies.
ROLES = ("administrator", "analyst", "coordinator", "information-governance")


def add_users(engine: Engine, partnership: Partnership) -> str:
    """Let one made-up person of each agency in, called as the agency is; returns the password they share."""
    password = one_time_password()
    kept = Passwords().kept(password)
    with writing(engine) as connection:
        desk = Desk(connection=connection, keep=keep, at=datetime.now(UTC), by="demo")
        for agency in sorted(partnership):
            desk.add(name=agency, agency=agency, roles=ROLES, kept=kept, known_as=(MADE_UP, agency))
    return password
