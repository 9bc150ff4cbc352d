"""Backups: a store's whole content in one sealed file, and back; what was erased since stays erased."""

import os
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import which

from sqlalchemy import Engine, select
from sqlalchemy.engine import make_url

from deploy.store import ready_store
from schemas.agencies import Partnership
from schemas.settings import Settings
from schemas.tables import Report
from streams.carry_on import worker_at_work
from streams.keeping.again import Mark, back_again, marks, read_list, redact_again, take_up, write_list
from streams.keeping.archive import opened, seal
from streams.keeping.compact import compact
from streams.keeping.erase import erase
from streams.keeping.keyring import Keyring, key_file, keyring_in, write_down_key
from streams.keeping.log import COMMANDS, log
from streams.store import reading, writing


class CannotBackUp(Exception):
    """Why a backup or a restore is not possible, in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """How a restore went: how much was erased and redacted again, and which reports must be put right again."""

    erased_again: int
    redacted_again: int
    wrong_again: tuple[str, ...]


def erased_list(engine: Engine) -> Path | None:
    """Where the list of the erased is kept beside the store's key; nowhere where the key is in the database."""
    file = key_file(engine)
    return None if file is None else file.with_name(f"{file.name.removesuffix('.key')}.erased")


def keep_erased_list(engine: Engine) -> None:
    """Write the list of the erased beside the store's key, where there is such a place."""
    if (beside := erased_list(engine)) is not None:
        with reading(engine) as connection:
            write_list(connection, beside)


def back_up(engine: Engine, file: Path, by: str) -> int:
    """Write the store to ``file``, sealed, the owner's alone; its size. Workers may go on meanwhile."""
    if key_file(engine) is None:
        raise CannotBackUp(
            "the store's key is in the store: name a file for it (TOCSIN_STORE_KEY_FILE) before a backup"
        )
    with writing(engine) as connection:
        ring = write_down_key(connection)
        entry = {"at": datetime.now(UTC), "actor": by, "act": "disclosure", "subject": "backup", "detail": {}}
        log(connection, COMMANDS, [entry | {"why": "backup"}])
    part = file.with_name(f"{file.name}.part")
    with (
        _content(engine, file.parent) as plain,
        plain.open("rb") as source,
        os.fdopen(_only_ours(part), "wb") as target,
    ):
        seal(source, target, ring.archive)
    part.replace(file)
    return file.stat().st_size


def _only_ours(file: Path) -> int:
    return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)


@contextmanager
def _content(engine: Engine, folder: Path) -> Iterator[Path]:
    """The store's content as one plain file, for as long as it is needed, in a folder of the owner's alone."""
    with tempfile.TemporaryDirectory(dir=folder, prefix=".backup-") as private:  # mode 0700
        plain = Path(private) / "content"
        if engine.dialect.name == "sqlite":
            with (
                closing(sqlite3.connect(str(engine.url.database))) as source,
                closing(sqlite3.connect(plain)) as target,
            ):
                source.backup(target)
        else:
            _run("pg_dump", "--format=custom", f"--file={plain}", url=engine)
        yield plain


def _run(tool: str, *arguments: str, url: Engine) -> None:
    """One of PostgreSQL's tools; the password goes by the environment, where no list of processes shows it."""
    if which(tool) is None:
        raise CannotBackUp(f"{tool} is not installed here: it comes with PostgreSQL's client")
    address = make_url(url.url)
    plain = address.set(drivername="postgresql", password=None).render_as_string()
    environment = dict(os.environ) | ({"PGPASSWORD": str(address.password)} if address.password else {})
    done = subprocess.run([tool, *arguments, f"--dbname={plain}"], env=environment, capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        raise CannotBackUp(f"{tool} failed: {done.stderr.decode(errors='replace').strip().splitlines()[-1:]}")


def restore(settings: Settings, partnership: Partnership, file: Path, by: str, *, over: bool) -> Restored:
    """Put the store back to what ``file`` holds, and erase again what was erased since."""
    engine = ready_store(settings)
    try:
        listed = _listed(engine)
        _may_be_replaced(engine, over=over)
        _take_in(engine, file, _ring_for(engine))
    finally:
        engine.dispose()
    return _erase_again(settings, partnership, listed, by)


def _take_in(engine: Engine, file: Path, ring: Keyring) -> None:
    sqlite_ = engine.dialect.name == "sqlite"
    folder = Path(str(engine.url.database)).parent if sqlite_ else Path(tempfile.gettempdir())
    with tempfile.TemporaryDirectory(dir=folder, prefix=".restore-") as private:  # mode 0700
        plain = Path(private) / "content"
        with file.open("rb") as source, os.fdopen(_only_ours(plain), "wb") as target:
            for frame in opened(source, ring.archive):
                target.write(frame)
        _put_back(engine, plain)


def _ring_for(engine: Engine) -> Keyring:
    file = key_file(engine)
    if file is None or not file.exists():
        raise CannotBackUp(f"the store's key is not in {file}: a backup opens with the key that it was made with")
    return keyring_in(file)


def _listed(engine: Engine) -> list[Mark]:
    """What was erased, as the store that is replaced knows it and as it was kept beside the key."""
    with reading(engine) as connection:
        return marks(connection) + read_list(erased_list(engine) or Path("none"))


def _may_be_replaced(engine: Engine, *, over: bool) -> None:
    with reading(engine) as connection:
        holds = connection.execute(select(Report.ref).limit(1)).first() is not None
        at_work = worker_at_work(connection, datetime.now(UTC))
    if at_work:
        raise CannotBackUp("a worker is at work on the store: stop it first")
    if holds and not over:
        raise CannotBackUp("the store holds reports: --over puts the backup in their place")


def _put_back(engine: Engine, plain: Path) -> None:
    if engine.dialect.name != "sqlite":
        engine.dispose()
        _run("pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", str(plain), url=engine)
        return
    with closing(sqlite3.connect(plain)) as checked:
        if checked.execute("pragma integrity_check").fetchone() != ("ok",):
            raise CannotBackUp("what the backup holds is no whole store")
    engine.dispose()
    target = Path(str(engine.url.database))
    for leftover in ("-wal", "-shm"):
        target.with_name(target.name + leftover).unlink(missing_ok=True)
    plain.replace(target)


def _erase_again(settings: Settings, partnership: Partnership, listed: list[Mark], by: str) -> Restored:
    engine = ready_store(settings)
    try:
        with writing(engine) as connection:
            take_up(connection, listed)
            entry = {"at": datetime.now(UTC), "actor": by, "act": "alteration", "subject": "restore", "detail": {}}
            log(connection, COMMANDS, [entry | {"why": "restored from a backup"}])
        with writing(engine) as connection:
            redacted = redact_again(connection)
            said = {"at": datetime.now(UTC), "actor": by, "act": "erasure", "detail": {"words": "redacted"}}
            entries = [said | {"subject": f"written:{where}", "why": "before the restore"} for where in redacted]
            log(connection, COMMANDS, entries)
        with reading(engine) as connection:
            subject, wrong = back_again(connection)
        if subject.refs:
            erase(engine, partnership, settings.batch, subject, by, "erased before the restore", datetime.now(UTC))
        compact(engine)
        return Restored(erased_again=len(subject.refs), redacted_again=len(redacted), wrong_again=tuple(wrong))
    finally:
        engine.dispose()
