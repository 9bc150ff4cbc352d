"""Bring a broker's users, rights and quotas to the topic table and the agencies file; what is too much goes first."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kafka.admin import ScramMechanism, UserScramCredentialDeletion, UserScramCredentialUpsertion
from kafka.errors import KafkaError

from consumers.broker import BrokerTrouble, Login, admin_client, why_away
from deploy.agencies.login_file import write_login
from deploy.agencies.names import agency_of_user, is_ours
from deploy.agencies.quotas import Limits, drop_limits, set_limits
from deploy.agencies.standing import Standing, is_of_ours, reaches_ours, read_standing, rules, wanted_standing
from deploy.broker.embedded import RunningBroker
from deploy.broker.errors import BrokerAway, BrokerRefused
from deploy.broker.safe import new_password
from deploy.broker.unseen import ITERATIONS
from schemas.agencies import Partnership
from schemas.settings import Settings

ANSWERS_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where users are made: the broker, as whom, and the folder that their logins are written to."""

    bootstrap: str
    login: Login
    ca_file: Path | None
    folder: Path
    worker_has_password: bool  # a worker of the embedded broker comes with a certificate

    def login_file(self, user: str) -> Path:
        """The one file of an agency's login, or of the worker's."""
        return self.folder / f"{agency_of_user(user) or user}.env"


def desk_of(running: RunningBroker, settings: Settings) -> Desk:
    """The desk of a broker that is running."""
    safe = running.safe
    return Desk(
        bootstrap=running.bootstrap,
        login=running.access.login,
        ca_file=running.access.ca_file,
        folder=safe.logins if safe else (settings.var / "agencies").resolve(),
        worker_has_password=safe is None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be done so that a broker holds what it is to hold."""

    held: Standing
    wanted: Standing

    @property
    def gone(self) -> list[str]:
        """Users of ours that no longer belong."""
        return sorted(user for user in self.held.users - self.wanted.users if is_ours(user))

    @property
    def new(self) -> list[str]:
        """Users that are yet to be made."""
        return sorted(self.wanted.users - self.held.users)

    @property
    def too_much(self) -> frozenset[Any]:
        """Rules about ours that the table does not hold."""
        return frozenset(acl for acl in self.held.acls - self.wanted.acls if is_of_ours(acl))

    @property
    def missing(self) -> frozenset[Any]:
        """Rules of the table that the broker does not hold."""
        return self.wanted.acls - self.held.acls

    @property
    def limits(self) -> dict[str, Limits]:
        """Limits that are other than they are to be."""
        return {user: limits for user, limits in self.wanted.limits.items() if self.held.limits.get(user) != limits}

    @property
    def unlimited(self) -> list[str]:
        """Users of ours that are gone and have limits still."""
        return sorted(user for user in self.held.limits.keys() - self.wanted.limits.keys() if is_ours(user))

    def sentences(self) -> list[str]:
        """What is done, a sentence each; none where all is as it should be."""
        return [
            *(f"user {user} is taken away" for user in self.gone),
            *(f"taken away: {rule}" for rule in rules(self.too_much)),
            *(f"given: {rule}" for rule in rules(self.missing)),
            *(f"user {user} is made" for user in self.new),
            *(f"limits of {user}: {_shown(limits)}" for user, limits in sorted(self.limits.items())),
            *(f"limits of {user} are taken away" for user in self.unlimited),
        ]

    def warnings(self) -> list[str]:
        """Rules of others that open our topics or groups; they may serve another system, and are left."""
        ours = [acl for acl in self.held.acls if not is_of_ours(acl) and reaches_ours(acl)]
        return [f"not ours, left as it is, and it opens our topics or groups: {rule}" for rule in rules(ours)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What was done, or would be; and what people should know of."""

    changes: list[str]
    warnings: list[str]


def apply_agencies(desk: Desk, partnership: Partnership, *, dry_run: bool = False) -> Applied:
    """Make, give and take away what the partnership asks for; the second time nothing. Raises ``BrokerAway``."""
    with administering(desk) as admin:
        plan = plan_for(admin, desk, partnership)
        said = Applied(changes=plan.sentences(), warnings=plan.warnings())
        if said.changes and not dry_run:
            carry_out(admin, desk, plan)
            _settle(admin, desk, partnership)
    return said


def plan_for(admin: Any, desk: Desk, partnership: Partnership) -> Plan:
    """What is to be done for a partnership."""
    held = read_standing(admin)
    wanted = wanted_standing(partnership, held, worker_has_password=desk.worker_has_password)
    return Plan(held=held, wanted=wanted)


@contextmanager
def administering(desk: Desk) -> Iterator[Any]:
    """kafka-python's client of the one who may; its errors as sentences."""
    try:
        with admin_client(desk.bootstrap, ANSWERS_WITHIN_S, desk.login) as admin:
            yield admin
    except BrokerTrouble as trouble:
        raise BrokerAway(str(trouble)) from trouble
    except KafkaError as error:
        if type(error).__name__ in ("SecurityDisabledError", "ClusterAuthorizationFailedError"):
            why = "it keeps no rules: it is a plain broker" if "Security" in type(error).__name__ else "we may not"
            raise BrokerRefused(f"the broker at {desk.bootstrap} makes no users and rights for us: {why}") from error
        raise BrokerAway(f"{why_away(desk.bootstrap, desk.login)} ({type(error).__name__})") from error


def carry_out(admin: Any, desk: Desk, plan: Plan) -> None:
    """Do it: rights are taken first, so that one who is out is out at once, and given before the user that has them."""
    if plan.too_much:
        _each(admin.delete_acls(sorted(plan.too_much, key=repr)))
    delete_users(admin, desk, plan.gone)
    drop_limits(admin, plan.unlimited, plan.held.limits)
    if plan.missing:
        failed = admin.create_acls(sorted(plan.missing, key=repr))["failed"]
        if failed:
            raise BrokerRefused(f"the broker does not take {len(failed)} of the rules: {failed[0].__name__}")
    if plan.limits:
        set_limits(admin, plan.limits, plan.held.limits)
    for user in plan.new:
        make_user(admin, desk, user)


def delete_users(admin: Any, desk: Desk, users: list[str]) -> None:
    """Take away users and, of agencies that have no other, the files of their logins."""
    if users:
        _said(admin.alter_user_scram_credentials([UserScramCredentialDeletion(user, SCRAM) for user in users]))
    for user in users:
        file = desk.login_file(user)
        if file.exists() and f"TOCSIN_BROKER_USER={user}\n" in file.read_text("utf-8"):
            file.unlink()


SCRAM = ScramMechanism.SCRAM_SHA_512


def make_user(admin: Any, desk: Desk, user: str) -> None:
    """Make a user with a new password; the file first, so that there is none whose password nobody has."""
    password = new_password()
    write_login(desk.login_file(user), bootstrap=desk.bootstrap, ca_file=desk.ca_file, user=user, password=password)
    _said(admin.alter_user_scram_credentials([UserScramCredentialUpsertion(user, SCRAM, password, ITERATIONS)]))


def _said(answers: dict[str, str | None]) -> None:
    for user, trouble in answers.items():
        if trouble is not None:
            raise BrokerRefused(f"the broker does not do that with user {user}: {trouble}")


def _each(answers: list[Any]) -> None:
    for _, _, error in answers:
        if error.errno:
            raise BrokerRefused(f"the broker does not take a rule away: {error.__name__}")


def _settle(admin: Any, desk: Desk, partnership: Partnership) -> None:
    """Wait until the broker says of itself what its controller took."""
    end = time.monotonic() + ANSWERS_WITHIN_S
    while left := plan_for(admin, desk, partnership).sentences():
        if time.monotonic() > end:
            raise BrokerRefused(f"the broker took the change, but it does not show: {left[0]}")
        time.sleep(0.05)


def _shown(limits: Limits) -> str:
    return ", ".join(f"{name} {value:,.0f}" for name, value in sorted(limits.items()))
