"""By command people do what their role may, under their name; each command stands in the table, and refuses by it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import Engine
from typer.testing import CliRunner

from consumers.accounts.acting import Act, acting
from consumers.accounts.users import MADE_UP, Desk
from deploy.cli import app
from deploy.cli.acting import commands_of
from deploy.recording import keep
from deploy.store import ready_store
from schemas.roles import load_roles
from schemas.settings import Settings
from streams.keeping.read_log import entries
from streams.store import reading, writing
from tests.consumers.accounts.people import NOW

Run = Callable[..., Result]
ROLES = tuple(load_roles().titles)
GUARDED = sorted(name for name in load_roles().commands if not load_roles().for_command(name).anyone)
# The least that has typer take each for well-formed; what is named in it need not be there, for roles are asked first.
WORDS = {
    "access answer": ["x", "--agency", "police", "--why", "w", "--yes"],
    "access ask": ["--agency", "police", "--of", "fire", "--about", "police:1", "--why", "w"],
    "access list": ["--agency", "police"],
    "brief": ["--cadence", "weekly", "--out", "pack.pdf"],
    "decide": ["a:1#0", "b:1#0", "--same"],
    "depersonalised": ["--quarter", "2024Q1"],
    "explain alert": ["x"],
    "explain incident": ["x"],
    "explain person": ["x"],
    "export": ["reports"],
    "members": ["--agency", "police"],
    "rejected replay": ["--agency", "police", "--why", "w"],
    "rejected show": ["x"],
    "restore": [__file__],
    "retention hold": ["x"],
    "retention release": ["x"],
    "retention review": ["x", "--keep-until", "2030-01-01"],
    "shared": ["x"],
    "subject redact": ["work:x", "--why", "w"],
    "subject rectify": ["x", "--set", "born="],
    "task add": ["w", "--agency", "police", "--owner", "fire", "--team", "t"],
    "task close": ["x", "--agency", "police", "--outcome", "o"],
    "task import": [__file__, "--agency", "police"],
    "task list": ["--agency", "police"],
    "task undo": ["x", "--agency", "police"],
}
NOT_YET = {"brief"}  # in the contract, and yet to be made
EVERY = {name for name, _ in commands_of(app)}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = ready_store(Settings(store=f"sqlite:///{tmp_path / 'store.db'}"))
    yield made
    made.dispose()


@pytest.fixture
def run(tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("TOCSIN_VAR", str(tmp_path))
    assert engine

    def run(*words: str, **environment: str) -> Result:
        words = (*words, "--store", f"sqlite:///{tmp_path / 'store.db'}")
        return CliRunner().invoke(app, words, input="quit\n", env=environment)

    return run


def let_in(
    engine: Engine, name: str, *roles: str, agency: str = "police", known_as: tuple[str, str] | None = None
) -> str:
    with writing(engine) as connection:
        desk = Desk(connection=connection, keep=keep, at=NOW, by="operator:x")
        return desk.add(name=name, agency=agency, roles=roles, kept=None, known_as=known_as)


def logged(engine: Engine, subject: str) -> list[tuple[str, str, str | None]]:
    with reading(engine) as connection:
        return [(e["actor"], e["act"], e["why"]) for e in entries(connection, subject=subject)]


def test_every_command_is_in_the_table_and_the_table_holds_no_others() -> None:
    assert load_roles().commands.keys() | NOT_YET == EVERY | NOT_YET
    assert set(WORDS) <= set(GUARDED)


def test_a_command_that_the_table_lacks_is_nobodys() -> None:
    assert load_roles().for_command("leak").roles == frozenset()
    assert not load_roles().for_command("leak").anyone


@pytest.mark.parametrize("role", ROLES)
def test_a_role_runs_what_the_table_says_and_every_other_command_is_refused_and_logged(
    run: Run, engine: Engine, role: str
) -> None:
    mine = let_in(engine, "ann", role)
    for name in sorted(EVERY & set(GUARDED)):
        if role in load_roles().for_command(name).roles:
            with reading(engine) as connection:
                assert acting(connection, Act(command=name, name="Ann", agency="police"))
            continue
        done = run(*name.split(), *WORDS.get(name, []), "--as", "Ann")
        assert (done.exit_code, done.stdout) == (1, ""), (name, done.output)
        assert "ann may not" in done.stderr, name
        assert logged(engine, f"command:{name}") == [(f"user:{mine}", "refused", None)], name


def test_where_people_have_roles_nobody_acts_without_a_name(run: Run, engine: Engine) -> None:
    let_in(engine, "ann", "analyst")
    ivo = let_in(engine, "ivo", "analyst")
    with writing(engine) as connection:
        Desk(connection=connection, keep=keep, at=NOW, by="operator:x").disable(ivo)
    assert "say as whom, with --as USER" in run("export", "reports").stderr
    for name in ("nobody", "ivo"):
        done = run("export", "reports", "--as", name)
        assert (done.exit_code, done.stdout) == (1, "")
        assert f"nobody called {name} may use this store" in done.stderr
    assert run("export", "reports", "--as", "ann").exit_code == 0
    assert run("export", "reports", TOCSIN_USER="ann").exit_code == 0
    assert run("store", "upgrade").exit_code == 0, "what shows nobody's data asks for no name"


def test_it_is_logged_under_that_name_whatever_else_is_said(run: Run, engine: Engine) -> None:
    let_in(engine, "ann", "information-governance")
    done = run("export", "people", "--as", "ann", "--by", "somebody else", "--why", "a request of hers")
    assert done.exit_code == 0, done.output
    assert logged(engine, "export:people") == [("ann", "consultation", "a request of hers")]
    assert run("export", "alerts", "--as", "ann", "--to", "the coroner").exit_code == 0
    assert logged(engine, "export:alerts") == [("ann", "disclosure", None)]
    for words in (["decisions"], ["generic"], ["shared", "police:1"]):
        assert run(*words, "--as", "ann").exit_code == 0
        assert logged(engine, f"command:{words[0]}") == [("ann", "consultation", None)]


def test_nobody_asks_or_answers_in_another_agencys_name(run: Run, engine: Engine) -> None:
    let_in(engine, "cora", "coordinator", agency="housing")
    done = run("access", "list", "--agency", "police", "--as", "cora")
    assert done.exit_code == 1
    assert "cora is not of police" in done.stderr
    assert run("access", "list", "--agency", "housing", "--as", "cora").exit_code == 0


def test_a_store_that_names_nobody_or_the_demos_people_alone_is_used_and_says_so(run: Run, engine: Engine) -> None:
    let_in(engine, "police", "analyst", known_as=(MADE_UP, "police"))
    done = run("export", "reports", "--by", "whoever")
    assert done.exit_code == 0
    assert "nobody is named in this store, so no role is asked for" in done.stderr
    assert logged(engine, "export:reports") == [("whoever", "consultation", None)]
