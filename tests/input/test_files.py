"""Every command that reads a file ends in a sentence and a code on a spoiled one, never in a traceback."""

from pathlib import Path

import pytest
from sqlalchemy import select

from deploy.store import migrate
from schemas.tables import Received, Waiting
from streams.store import open_store, reading
from tests.input.cases import CASES, HALF_GZIP, Case, every_case
from tests.input.commands import TYPED, typed
from tests.input.fuzzing import many
from tests.input.readers import JSONL, Reader, readers


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One that holds something, and so has its key."""
    folder = tmp_path_factory.mktemp("input")
    url = f"sqlite:///{folder / 'store.db'}"
    (folder / "good").write_bytes(JSONL)
    assert typed("replay", folder / "good", url).exit_code == 0
    return url


@pytest.mark.parametrize(("command", "case"), every_case(), ids=lambda one: one.kind if isinstance(one, Case) else one)
def test_each_kind_ends_as_it_should(command: str, case: Case, store: str, tmp_path: Path) -> None:
    file = tmp_path / case.name
    file.write_bytes(case.content)
    done = typed(command, file, store)
    assert done.exception is None or isinstance(done.exception, SystemExit), repr(done.exception)
    said = " ".join(done.output.split())
    assert done.exit_code == case.code, said[:2000]
    assert case.says in said
    assert "Traceback" not in said
    assert len(said) < 6000


def test_the_corpus_is_of_every_command_and_of_many_kinds() -> None:
    assert CASES.keys() == TYPED.keys()
    assert len(every_case()) >= 150


@pytest.mark.parametrize("command", [name for name in TYPED if not name.startswith("TOCSIN_")])
def test_a_folder_for_a_file_is_told(command: str, store: str, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    done = typed(command, folder, store)
    assert isinstance(done.exception, SystemExit), repr(done.exception)
    assert done.exit_code == 2


def test_what_stood_before_a_file_broke_off_is_taken_and_not_twice(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    broken = tmp_path / "reports.jsonl.gz"
    broken.write_bytes(HALF_GZIP)
    said = [typed("replay", broken, url) for _ in range(2)]
    assert [done.exit_code for done in said] == [2, 2]
    engine = open_store(url)
    with reading(engine) as connection:
        outcomes = connection.execute(select(Received.outcome)).scalars().all()
        assert connection.execute(select(Waiting.key)).all() == []
    engine.dispose()
    assert set(outcomes) == {"accepted"}
    assert 20 < len(outcomes) < 100


@pytest.mark.parametrize("reader", list(readers()), ids=lambda reader: reader.name)
def test_any_spoiled_file_is_read_or_told(reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / f"file{reader.suffix}"
    for good in reader.good:
        file.write_bytes(good)
        reader.read(file)
    told = 0
    for content in many(reader.good, seed=8, number=40):
        file.write_bytes(content)
        says = says_of(reader, file)
        told += says is not None
        assert says is None or 5 < len(says) < 1500
    assert told or reader.name.startswith("publish jsonl")


def says_of(reader: Reader, file: Path) -> str | None:
    """What is said of a file that cannot be read; any other error goes through."""
    try:
        reader.read(file)
    except reader.ends as error:
        return str(error)
    return None


def test_any_spoiled_replay_sets_nothing_aside(tmp_path: Path) -> None:
    engine = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    migrate(engine)
    (reader,) = [reader for reader in readers(engine) if reader.name == "replay"]
    for number, content in enumerate(many((JSONL,), seed=8, number=25)):
        file = tmp_path / f"{number}.jsonl"
        file.write_bytes(content)
        done = reader.read(file)
        assert not done.aside
    with reading(engine) as connection:
        assert connection.execute(select(Waiting.key)).all() == []
    engine.dispose()
