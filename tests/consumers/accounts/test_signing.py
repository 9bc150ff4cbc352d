"""Signing in by password: who is let in, who waits, and that nobody learns who is there."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from statistics import median

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, select

from consumers.accounts.passwords import Passwords
from consumers.accounts.rules import page_rules
from consumers.accounts.sessions import id_of, seats, seen, sitting
from consumers.accounts.signing import Door, Refused
from consumers.accounts.users import Desk
from schemas.tables import Attempt, User, UserSession
from tests.consumers.accounts.people import NOW, PASSWORD, Log, a_user, cheap

RULES = page_rules()
HERE = "192.0.2.1"


def door(engine: Engine, log: Log | None = None, passwords: Passwords | None = None) -> Door:
    return Door(engine=engine, passwords=passwords or cheap(), rules=RULES, keep=log or Log())


def desk(connection, log: Log | None = None) -> Desk:
    return Desk(connection=connection, keep=log or Log(), at=NOW, by="operator")


def test_the_right_password_begins_a_session(store_url: str, engine: Engine) -> None:
    user, log = a_user(engine), Log()
    secret = door(engine, log).sign_in(" Ann@Police.Example ", PASSWORD, HERE, NOW)
    assert isinstance(secret, str)
    with engine.begin() as connection:
        who = sitting(connection, secret, NOW, RULES)
        assert who is not None
        assert (who.user, who.agency, who.roles) == (user, "police", {"analyst"})
        assert secret not in str(connection.execute(select(UserSession)).all())
    assert log.acts() == ["sign-in"]
    assert log.entries[0]["actor"] == f"user:{user}"


@pytest.mark.parametrize("name", ["ann@police.example", "nobody.here", "", "no such form!", "x" * 200])
def test_everyone_else_gets_the_same_refusal(engine: Engine, name: str) -> None:
    a_user(engine)
    log = Log()
    assert door(engine, log).sign_in(name, "not the password", HERE, NOW) == Refused()
    assert log.acts() == ["refused"]
    assert name not in str(log.entries) or not name
    assert "not the password" not in str(log.entries)


def test_who_is_disabled_or_signs_in_elsewhere_is_not_let_in(engine: Engine) -> None:
    user = a_user(engine)
    secret = door(engine).sign_in("ann@police.example", PASSWORD, HERE, NOW)
    assert isinstance(secret, str)
    with engine.begin() as connection:
        desk(connection).disable(user)
        assert sitting(connection, secret, NOW, RULES) is None
    assert door(engine).sign_in("ann@police.example", PASSWORD, HERE, NOW) == Refused()
    with engine.begin() as connection:
        desk(connection).add(name="elsewhere", agency="police", roles=["analyst"], kept=None)
    assert door(engine).sign_in("elsewhere", "no one signs in with this", HERE, NOW) == Refused()


@pytest.mark.parametrize("name", ["ann@police.example", "nobody.here"])
def test_wrong_tries_wait_ever_longer_whoever_is_tried(engine: Engine, name: str) -> None:
    """The same waits for one who is there and one who is not, and a restart forgets none."""
    a_user(engine)
    now, waits = NOW, []
    for number in range(60):
        answer = door(engine).sign_in(name, "wrong", f"192.0.2.{number}", now)
        assert isinstance(answer, Refused)
        if answer.wait:
            waits.append(answer.wait)
            now += answer.wait
    assert waits[:4] == [timedelta(seconds=seconds) for seconds in (1, 2, 4, 8)]
    assert max(waits) == waits[-1] == RULES.longest_wait
    too_soon = door(engine).sign_in(name, PASSWORD, "198.51.100.7", now - timedelta(seconds=1))
    assert isinstance(too_soon, Refused)
    later = now + RULES.longest_wait
    in_at_last = door(engine).sign_in(name, PASSWORD, "198.51.100.7", later)
    assert isinstance(in_at_last, str if name == "ann@police.example" else Refused)


def test_one_address_waits_over_all_accounts_and_one_good_password_does_not_free_it(
    store_url: str, engine: Engine
) -> None:
    a_user(engine)
    for number in range(RULES.tries["address"] - 1):
        assert door(engine).sign_in(f"guess{number}", "wrong", "2001:db8::1", NOW) == Refused()
    assert isinstance(door(engine).sign_in("ann@police.example", PASSWORD, "2001:db8::2", NOW), str)
    assert door(engine).sign_in("guess", "wrong", "2001:db8::3", NOW) == Refused()
    waits = door(engine).sign_in("another", "wrong", "2001:db8::4", NOW)
    assert isinstance(waits, Refused)
    assert waits.wait
    assert door(engine).sign_in("another", "wrong", "2001:db8:0:1::4", NOW) == Refused()


def test_tries_at_once_are_all_counted(store_url: str, engine: Engine) -> None:
    a_user(engine)
    ours = door(engine)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ours.sign_in("ann@police.example", "wrong", HERE, NOW), range(24)))
    judged = [answer for answer in answers if isinstance(answer, Refused) and answer.wait is None]
    assert len(judged) == RULES.tries["account"]


def test_wrong_tries_are_forgotten_in_time(store_url: str, engine: Engine) -> None:
    door(engine).sign_in("someone", "wrong", HERE, NOW)
    door(engine).sign_in("another", "wrong", "198.51.100.7", NOW + RULES.forgotten_after + timedelta(seconds=1))
    with engine.begin() as connection:
        assert len(connection.execute(select(Attempt)).all()) == 2


def test_a_password_kept_by_older_parameters_is_kept_anew(engine: Engine) -> None:
    user = a_user(engine)
    newer = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    assert isinstance(door(engine, passwords=newer).sign_in("ann@police.example", PASSWORD, HERE, NOW), str)
    with engine.begin() as connection:
        kept = connection.scalar(select(User.password).where(User.id == user))
    assert kept is not None
    assert not newer.outdated(kept)
    assert isinstance(door(engine, passwords=newer).sign_in("ann@police.example", PASSWORD, HERE, NOW), str)


def test_a_password_that_another_set_runs_out_unused(engine: Engine) -> None:
    user = a_user(engine, must_change=True)
    week = NOW + RULES.one_time
    assert isinstance(door(engine).sign_in("ann@police.example", PASSWORD, HERE, week - timedelta(seconds=1)), str)
    assert door(engine).sign_in("ann@police.example", PASSWORD, HERE, week) == Refused()
    with engine.begin() as connection:
        desk(connection).set_password(user, cheap().kept(PASSWORD), must_change=False)
    assert isinstance(door(engine).sign_in("ann@police.example", PASSWORD, HERE, week), str)


def test_a_session_ends_when_idle_and_when_old(engine: Engine) -> None:
    a_user(engine)
    secret = door(engine).sign_in("ann@police.example", PASSWORD, HERE, NOW)
    assert isinstance(secret, str)
    with engine.begin() as connection:
        at = NOW
        assert sitting(connection, secret, NOW + RULES.idle, RULES) is None
        while at < NOW + RULES.longest - timedelta(minutes=20):
            at += timedelta(minutes=20)
            who = sitting(connection, secret, at, RULES)
            assert who is not None
            seen(connection, who.session, at)
        assert sitting(connection, secret, NOW + RULES.longest, RULES) is None


def test_signing_out_ends_the_session_at_once(store_url: str, engine: Engine) -> None:
    user, log = a_user(engine), Log()
    ours = door(engine, log)
    secrets = [ours.sign_in("ann@police.example", PASSWORD, HERE, NOW) for _ in range(2)]
    assert secrets[0] != secrets[1]
    with engine.begin() as connection:
        who = sitting(connection, str(secrets[0]), NOW, RULES)
        assert len(seats(connection, user, NOW, RULES)) == 2
    assert who is not None
    ours.sign_out(who, NOW)
    with engine.begin() as connection:
        assert sitting(connection, str(secrets[0]), NOW, RULES) is None
        assert sitting(connection, str(secrets[1]), NOW, RULES) is not None
        assert [seat.id for seat in seats(connection, user, NOW, RULES)] == [id_of(str(secrets[1]))]
    assert log.acts() == ["sign-in", "sign-in", "sign-out"]


def test_a_refusal_takes_as_long_for_one_who_is_there_as_for_one_who_is_not(engine: Engine) -> None:
    """The work of judging a password dominates, and it is done for nobody too."""
    slow = Passwords(PasswordHasher(time_cost=3, memory_cost=16384, parallelism=1))
    user = a_user(engine)
    with engine.begin() as connection:
        desk(connection).set_password(user, slow.kept(PASSWORD), must_change=False)
    ours = door(engine, passwords=slow)
    ours.sign_in("warm", "up", HERE, NOW)
    took: dict[str, list[float]] = {"ann@police.example": [], "nobody.here": []}
    for number in range(5):
        for name, times in took.items():
            start = time.process_time()
            ours.sign_in(name, "wrong", f"192.0.2.{number}", NOW + timedelta(hours=number))
            times.append(time.process_time() - start)
    there, nowhere = (median(times) for times in took.values())
    assert there == pytest.approx(nowhere, rel=0.5)
