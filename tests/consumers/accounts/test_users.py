"""Looking after users: what each change ends, what it leaves in the log, and who may not make it."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine

from consumers.accounts.passwords import TooWeak, will_do
from consumers.accounts.rules import page_rules
from consumers.accounts.sessions import begin, sitting
from consumers.accounts.users import Desk, NotDone, anyone_can_sign_in, found, listed, one_time_password
from schemas.roles import NoSuchPermission, load_roles
from tests.consumers.accounts.people import NOW, PASSWORD, Log, a_user, cheap

RULES = page_rules()


def desk(connection: Connection, log: Log | None = None, own: str | None = None) -> Desk:
    return Desk(connection=connection, keep=log or Log(), at=NOW, by=f"user:{own or 'operator'}", own=own)


@pytest.mark.parametrize("change", ["disable", "roles", "password", "sign_out"])
def test_a_change_ends_the_sessions_it_bears_on_and_no_others(store_url: str, engine: Engine, change: str) -> None:
    user, other, log = a_user(engine), a_user(engine, "bob", "housing"), Log()
    with engine.begin() as connection:
        secrets = [begin(connection, who, NOW, RULES) for who in (user, other)]
        ours = desk(connection, log)
        {
            "disable": lambda: ours.disable(user),
            "roles": lambda: ours.set_roles(user, ["coordinator"]),
            "password": lambda: ours.set_password(user, "kept", must_change=True),
            "sign_out": lambda: ours.sign_out(user),
        }[change]()
        assert sitting(connection, secrets[0], NOW, RULES) is None
        assert sitting(connection, secrets[1], NOW, RULES) is not None
    assert [entry["subject"] for entry in log.entries] == [f"user:{user}"]


def test_nobody_changes_their_own_roles_or_shuts_themselves_out(engine: Engine) -> None:
    user = a_user(engine, roles=["administrator"])
    with engine.begin() as connection:
        for act in (
            lambda: desk(connection, own=user).disable(user),
            lambda: desk(connection, own=user).set_roles(user, ["analyst"]),
        ):
            with pytest.raises(NotDone, match="own roles"):
                act()


@pytest.mark.parametrize("name", ["", "a", "-dash", "with space", "slash/ed", "a\r\nb", "x" * 81, "<b>", "ünal"])
def test_a_name_has_a_form(engine: Engine, name: str) -> None:
    with engine.begin() as connection, pytest.raises(NotDone, match="A name has"):
        desk(connection).add(name=name, agency="police", roles=["analyst"], kept=None)


def test_a_name_is_taken_once_whatever_its_case(engine: Engine) -> None:
    a_user(engine)
    with engine.begin() as connection, pytest.raises(NotDone, match="taken"):
        desk(connection).add(name="ANN@police.example", agency="housing", roles=["analyst"], kept=None)


@pytest.mark.parametrize("roles", [[], ["king"], ["analyst", "king"]])
def test_a_role_is_one_that_there_is(engine: Engine, roles: list[str]) -> None:
    with engine.begin() as connection, pytest.raises(NotDone, match="role"):
        desk(connection).add(name="bob", agency="police", roles=roles, kept=None)


def test_users_are_listed_by_agency_and_found(engine: Engine) -> None:
    user = a_user(engine)
    a_user(engine, "bob", "housing")
    with engine.begin() as connection:
        assert [one.name for one in listed(connection)] == ["bob", "ann@police.example"]
        assert [one.name for one in listed(connection, "police")] == ["ann@police.example"]
        assert found(connection, name="bob") is not None
        assert found(connection, id=user) == listed(connection, "police")[0]
        assert found(connection, id="nowhere") is None


def test_no_one_can_sign_in_where_all_are_disabled_or_have_no_password(engine: Engine) -> None:
    with engine.begin() as connection:
        assert not anyone_can_sign_in(connection)
        user = desk(connection).add(name="elsewhere", agency="police", roles=["analyst"], kept=None)
        assert not anyone_can_sign_in(connection)
        desk(connection).set_password(user, "kept", must_change=False)
        assert anyone_can_sign_in(connection)
        desk(connection).disable(user)
        assert not anyone_can_sign_in(connection)
        desk(connection).enable(user)
        assert anyone_can_sign_in(connection)


def test_the_log_names_users_by_id_and_tells_no_password(engine: Engine) -> None:
    log = Log()
    with engine.begin() as connection:
        user = desk(connection, log).add(name="bob@police.example", agency="police", roles=["analyst"], kept="argon")
        desk(connection, log).set_password(user, "argon2", must_change=True)
    assert "bob" not in str(log.entries)
    assert "argon" not in str(log.entries)


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "password1234",
        "Chesterfield1",
        "qwertyuiop12",
        "aaaaaaaaaaaaaaaaaa",
        "tocsin123456",
        "x" * 129,
    ],
)
def test_a_password_that_anyone_would_try_will_not_do(password: str) -> None:
    with pytest.raises(TooWeak):
        will_do(password, RULES, ["police", "housing"])


def test_three_unrelated_words_will_do_and_so_does_a_one_time_password() -> None:
    will_do(PASSWORD, RULES)
    will_do(one_time_password(), RULES)


def test_a_password_is_the_same_however_its_signs_are_composed() -> None:
    ours = cheap()
    assert ours.fits(ours.kept("cafe\u0301-quarry-whistle"), "caf\u00e9-quarry-whistle")
    assert not ours.fits("no such form", "anything")


def test_what_no_line_allows_is_refused() -> None:
    roles = load_roles()
    assert roles.allow(["analyst"], "read-alerts")
    assert not roles.allow(["administrator"], "read-alerts")
    assert not roles.allow([], "own-account")
    assert not roles.allow(["king"], "own-account")
    with pytest.raises(NoSuchPermission):
        roles.allow(["administrator"], "everything")


def test_sessions_of_before_are_cleared_away(engine: Engine) -> None:
    user = a_user(engine)
    with engine.begin() as connection:
        old = begin(connection, user, NOW, RULES)
        begin(connection, user, NOW + RULES.longest + timedelta(seconds=1), RULES)
        assert sitting(connection, old, NOW, RULES) is None
