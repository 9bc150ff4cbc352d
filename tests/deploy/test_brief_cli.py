"""The pack by command."""

from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from deploy.cli import app
from deploy.store import ready_store
from schemas.settings import Settings
from schemas.tables import Audit
from streams.store import reading
from tests.consumers.packs.telling import tell_all


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_VAR", str(tmp_path))


def brief(*words: str) -> Result:
    return CliRunner().invoke(app, ["brief", "--by", "ann", *words])


def test_a_pack_is_written_and_logged(tmp_path: Path) -> None:
    engine = ready_store(Settings(var=tmp_path))
    tell_all(engine, 1)
    out = tmp_path / "pack.pdf"
    done = brief("--cadence", "weekly", "--out", str(out), "--on", "2024-03-11")
    assert done.exit_code == 0
    assert "1 item," in done.stdout
    assert out.read_bytes().startswith(b"%PDF-")
    word = tmp_path / "pack.docx"
    assert brief("--cadence", "monthly", "--for", "police,fire", "--out", str(word)).exit_code == 0
    assert word.read_bytes().startswith(b"PK")
    with reading(engine) as connection:
        given = connection.execute(select(Audit.subject).where(Audit.act == "disclosure")).scalars().all()
    assert given.count("pack:weekly:2024-03-11") == 11
    engine.dispose()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--cadence", "daily"], "no meeting is daily"),
        (["--cadence", "weekly", "--for", "nobody"], "no agency or meeting 'nobody'"),
        (["--cadence", "weekly", "--on", "soon"], "soon"),
        (["--cadence", "weekly", "--names"], "say --why"),
    ],
)
def test_what_cannot_be_made_ends_in_a_sentence(tmp_path: Path, words: list[str], says: str) -> None:
    done = brief(*words, "--out", str(tmp_path / "x.pdf"))
    assert done.exit_code == 2
    assert says in done.stderr
    assert not (tmp_path / "x.pdf").exists()
