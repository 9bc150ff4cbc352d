"""``tocsin users``: who may use the page, looked after by whoever runs it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select
from typer.testing import CliRunner

from consumers.accounts.passwords import Passwords
from consumers.accounts.rules import page_rules
from consumers.accounts.sessions import begin
from deploy.cli import app
from deploy.store import ready_store
from schemas.settings import Settings
from schemas.tables import Audit, User
from streams.store import reading, writing
from tests.consumers.accounts.people import CHEAP, NOW, PASSWORD

Run = Callable[..., Result]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.fixture
def users(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("TOCSIN_VAR", str(tmp_path))
    monkeypatch.setattr("consumers.accounts.passwords.PasswordHasher.from_parameters", lambda _: CHEAP)

    def run(*words: str, typed: str = "") -> Result:
        return CliRunner().invoke(app, ["users", *words, "--store", url], input=typed)

    return run


def add(users: Run, *words: str, typed: str = f"{PASSWORD}\n{PASSWORD}\n") -> Result:
    return users("add", "ann", "--agency", "police", "--role", "administrator", *words, typed=typed)


def kept(url: str) -> str:
    engine = ready_store(Settings(store=url))
    with reading(engine) as connection:
        found = connection.scalar(select(User.password))
    engine.dispose()
    return str(found)


def test_a_person_is_added_with_a_password_that_is_asked_for_and_not_shown(users: Run, url: str) -> None:
    done = add(users)
    assert done.exit_code == 0, done.output
    assert PASSWORD not in done.output
    assert Passwords(CHEAP).fits(kept(url), PASSWORD)
    (one,) = [json.loads(line) for line in users("list", "--json").stdout.splitlines()]
    assert (one["name"], one["agency"], one["roles"], one["must_change"]) == ("ann", "police", ["administrator"], True)
    assert "ann" in users("list").stdout


@pytest.mark.parametrize("source", ["file", "-"])
def test_a_password_is_read_from_a_file_or_from_standard_input(
    users: Run, url: str, tmp_path: Path, source: str
) -> None:
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    named = str(tmp_path / "password") if source == "file" else "-"
    assert add(users, "--own", "--password-file", named, typed=f"{PASSWORD}\n").exit_code == 0
    assert Passwords(CHEAP).fits(kept(url), PASSWORD)


def test_no_command_takes_a_password_as_an_argument(users: Run) -> None:
    from typer.main import get_command

    commands = get_command(app).commands["users"].commands.values()  # type: ignore[attr-defined]
    options = {name for command in commands for option in command.params for name in option.opts}
    assert "--password" not in options
    assert "--password-file" in options


@pytest.mark.parametrize(
    ("words", "typed", "says"),
    [
        (("add", "bob", "--agency", "circus", "--role", "analyst"), "", "no agency 'circus'"),
        (("add", "bob", "--agency", "police", "--role", "king"), f"{PASSWORD}\n{PASSWORD}\n", "no role 'king'"),
        (("add", "bob", "--agency", "police", "--role", "analyst"), "password1234\npassword1234\n", "common password"),
        (("add", "ann", "--agency", "police", "--role", "analyst"), f"{PASSWORD}\n{PASSWORD}\n", "taken"),
        (("disable", "nobody"), "", "Nobody here is called nobody"),
    ],
)
def test_what_cannot_be_done_is_said(users: Run, words: tuple[str, ...], typed: str, says: str) -> None:
    add(users)
    done = users(*words, typed=typed)
    assert done.exit_code in (1, 2)
    assert says in done.output


def test_changes_end_sessions_and_go_to_the_log_by_id(users: Run, url: str) -> None:
    add(users)
    engine = ready_store(Settings(store=url))
    with writing(engine) as connection:
        id = connection.scalar(select(User.id))
        assert id is not None
        begin(connection, id, NOW.replace(year=2100), page_rules())
    assert "1 in all" in users("sessions", "ann").stdout
    assert "1 ended" in users("sessions", "ann", "--end").stdout
    assert "0 in all" in users("sessions", "ann").stdout
    assert users("role", "ann", "--role", "analyst", "--role", "coordinator").exit_code == 0
    assert users("passwd", "ann", typed="gravel-monsoon-teapot\n" * 2).exit_code == 0
    assert users("disable", "ann").exit_code == 0
    assert "disabled" in users("list").stdout
    assert users("enable", "ann").exit_code == 0
    with reading(engine) as connection:
        lines = connection.execute(select(Audit.actor, Audit.subject, Audit.detail).order_by(Audit.seq)).all()
    engine.dispose()
    assert [line.detail.get("what", "sign-out") for line in lines] == [
        "added", "sign-out", "roles", "password", "disabled", "enabled",
    ]  # fmt: skip
    assert {line.subject for line in lines} == {f"user:{id}"}
    assert all(line.actor.startswith("operator:") for line in lines)
    assert "ann" not in str([line.subject for line in lines])
