"""The names of users: ``fire.20261125211855`` is a login of the fire service, numbered by when it was made.

Two may be good at once, and no number comes again: a certificate that was signed for a user who is gone stays nobody's.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from deploy.broker.safe import WORKER
from schemas.agencies import AGENCY_NAME

_USER = re.compile(rf"(?P<agency>{AGENCY_NAME.pattern})\.(?P<number>[1-9][0-9]{{0,15}})")


def next_number(users: Iterable[str]) -> int:
    """The number of the next login, after those of ``users`` and after all that were made before now."""
    now = int(datetime.now(UTC).strftime("%Y%m%d%H%M%S"))
    return max([now, *(number_of(user) + 1 for user in users)])


def user_of(agency: str, number: int) -> str:
    """The user of one of an agency's logins."""
    return f"{agency}.{number}"


def agency_of_user(user: str) -> str | None:
    """The agency whose user this is; None of a user that is no agency's."""
    found = _USER.fullmatch(user)
    return found["agency"] if found else None


def number_of(user: str) -> int:
    """The number of a login; 0 of a user that is no agency's."""
    found = _USER.fullmatch(user)
    return int(found["number"]) if found else 0


def is_ours(user: str) -> bool:
    """Whether we make users of this name, and may take them away."""
    return user == WORKER or agency_of_user(user) is not None


def in_order(users: Iterable[str]) -> list[str]:
    """Users of one agency, the oldest login first."""
    return sorted(users, key=number_of)
