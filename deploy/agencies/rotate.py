"""A new login beside the old one, both good until the change is finished: nobody has to change over in a moment."""

import time
from dataclasses import replace
from typing import Any

from deploy.agencies.apply import ANSWERS_WITHIN_S, Desk, Plan, administering, carry_out, plan_for
from deploy.agencies.names import next_number, user_of
from deploy.agencies.quotas import limits_of
from deploy.agencies.rights import refusals, rights_of_agency
from deploy.agencies.standing import read_standing, user_in
from deploy.broker.errors import BrokerRefused
from schemas.agencies import Partnership


def rotate(desk: Desk, partnership: Partnership, agency: str) -> str:
    """Make the agency's next login; which it is. Raises ``BrokerRefused`` where two are good already."""
    with administering(desk) as admin:
        plan = plan_for(admin, desk, partnership)
        users = plan.held.logins().get(agency, [])
        if len(users) > 1:
            raise BrokerRefused(
                f"{agency} has two logins already ({', '.join(users)}): finish the earlier change first"
            )
        if not users:
            raise BrokerRefused(f"{agency} has no login yet: `tocsin agencies apply` makes it")
        user = user_of(agency, next_number(users))
        wanted = replace(
            plan.held,
            users=plan.held.users | {user},
            acls=plan.held.acls | {right.acl for right in rights_of_agency(user, agency)},
            limits={**plan.held.limits, user: limits_of(partnership[agency].quota)},
        )
        carry_out(admin, desk, Plan(held=plan.held, wanted=wanted))
        _until(admin, user, there=True)
    return user


def finish(desk: Desk, agency: str) -> list[str]:
    """Take away all of the agency's logins but the newest; which those were."""
    with administering(desk) as admin:
        held = read_standing(admin)
        gone = held.logins().get(agency, [])[:-1]
        wanted = replace(
            held,
            users=held.users - set(gone),
            acls=frozenset(acl for acl in held.acls if user_in(acl) not in gone)
            | {acl for user in gone for acl in refusals(user)},
            limits={user: limits for user, limits in held.limits.items() if user not in gone},
        )
        carry_out(admin, desk, Plan(held=held, wanted=wanted))
        for user in gone:
            _until(admin, user, there=False)
    return gone


def _until(admin: Any, user: str, *, there: bool) -> None:
    end = time.monotonic() + ANSWERS_WITHIN_S
    while (user in admin.describe_user_scram_credentials()) != there:
        if time.monotonic() > end:
            raise BrokerRefused(f"the broker took the change of {user}, but it does not show")
        time.sleep(0.05)
