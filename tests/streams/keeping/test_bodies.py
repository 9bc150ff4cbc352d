"""What was sent lies under a key of its own, and with the key goes what was sent."""

import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from deploy.store import migrate, ready_store
from schemas.settings import Settings
from streams.keeping.bodies import bodies, destroy_keys, keep_bodies
from streams.keeping.keyring import WrongKey, key_file, keyring_of
from streams.store import open_store, reading, writing


class Undone(Exception):
    pass


SENT = b'{"summary": "Zebedee Quillfeather was seen there"}'


def kept(url: str, **others) -> None:
    engine = ready_store(Settings(store=url, **others))
    with writing(engine) as connection:
        keep_bodies(connection, {"a": SENT, "b": b"other"})
    engine.dispose()


def test_a_body_reads_as_it_was_sent_and_lies_sealed(store_url):
    kept(store_url)
    engine = ready_store(Settings(store=store_url))
    with reading(engine) as connection:
        assert bodies(connection, ["a", "b", "c"]) == {"a": SENT, "b": b"other"}
        raw = connection.execute(text("select raw from report_body where uid = 'a'")).scalar_one()
    engine.dispose()
    assert b"Zebedee" not in bytes(raw)


def test_who_destroys_the_key_has_destroyed_that_body_alone(store_url):
    kept(store_url)
    engine = ready_store(Settings(store=store_url))
    with writing(engine) as connection:
        assert destroy_keys(connection, ["a"]) == 1
    with reading(engine) as connection:
        assert bodies(connection, ["a", "b"]) == {"b": b"other"}
    engine.dispose()


def test_equal_bodies_do_not_look_alike(store_url):
    engine = ready_store(Settings(store=store_url))
    with writing(engine) as connection:
        keep_bodies(connection, {"a": SENT, "b": SENT})
        raw = list(connection.execute(text("select raw from report_body")).scalars())
    engine.dispose()
    assert bytes(raw[0]) != bytes(raw[1])


def test_a_body_moved_under_another_uid_is_not_taken_for_it(store_url):
    kept(store_url)
    engine = ready_store(Settings(store=store_url))
    with writing(engine) as connection:
        for table in ("report_body", "body_key"):
            connection.execute(text(f"delete from {table} where uid = 'b'"))
            connection.execute(text(f"update {table} set uid = 'b' where uid = 'a'"))
    with reading(engine) as connection, pytest.raises(WrongKey):
        bodies(connection, ["b"])
    engine.dispose()


def test_a_sqlite_store_has_its_key_beside_it_the_owners_alone(tmp_path):
    kept(f"sqlite:///{tmp_path / 'store.db'}")
    file = tmp_path / "store.db.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir() if "key" in one.name] == ["store.db.key"]


def test_the_key_may_lie_elsewhere(store_url, tmp_path):
    file = tmp_path / "keys" / "store"
    kept(store_url, store_key_file=file)
    assert file.stat().st_mode & 0o777 == 0o600
    engine = ready_store(Settings(store=store_url, store_key_file=file))
    with reading(engine) as connection:
        assert bodies(connection, ["a"]) == {"a": SENT}
        assert connection.execute(text("select value from store_key")).scalar_one() is None
    engine.dispose()


@pytest.mark.parametrize("what", ["missing", "another", "nonsense"])
def test_without_its_key_a_store_says_so_and_shows_nothing(store_url, tmp_path, what):
    file = tmp_path / "key"
    kept(store_url, store_key_file=file)
    file.unlink()
    if what == "another":
        kept(f"sqlite:///{tmp_path / 'other.db'}")
        shutil.copy(tmp_path / "other.db.key", file)
    elif what == "nonsense":
        file.write_text("!")
    engine = ready_store(Settings(store=store_url, store_key_file=file))
    with reading(engine) as connection, pytest.raises(WrongKey, match=str(file)):
        keyring_of(connection)
    with pytest.raises(WrongKey), writing(engine) as connection:
        keep_bodies(connection, {"c": b"more"})
    engine.dispose()


def test_a_key_that_was_made_in_a_transaction_undone_is_not_lost(store_url):
    engine = ready_store(Settings(store=store_url))
    with suppress(Undone), writing(engine) as connection:
        keep_bodies(connection, {"a": SENT})
        raise Undone
    with writing(engine) as connection:
        keep_bodies(connection, {"a": SENT})
    engine.dispose()
    again = ready_store(Settings(store=store_url))
    with reading(again) as connection:
        assert bodies(connection, ["a"]) == {"a": SENT}
    again.dispose()


def test_a_store_from_before_has_its_bodies_sealed(store_url):
    engine = open_store(store_url)
    before = "insert into rejected (source, partition, \"offset\", at, code, reasons, raw) values ('t', 0, 1, 0, 'x', "
    bring_to(engine, "0010")
    with writing(engine) as connection:
        connection.execute(text("insert into report_body (uid, raw) values ('a', :raw)"), {"raw": SENT})
        connection.execute(text(f"{before} '[]', :raw)"), {"raw": b"refused"})
    migrate(engine)
    with reading(engine) as connection:
        (uid,) = connection.execute(text("select uid from rejected")).scalars()
        assert bodies(connection, ["a", uid]) == {"a": SENT, uid: b"refused"}
        assert SENT not in map(bytes, connection.execute(text("select raw from report_body")).scalars())
    engine.dispose()


def bring_to(engine, revision: str) -> None:
    from alembic import command
    from alembic.config import Config

    from deploy.store import MIGRATIONS

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def test_a_store_in_memory_has_no_file_for_its_key():
    engine = open_store("sqlite:///:memory:")
    assert key_file(engine) is None
    assert not list(Path().glob("*memory*"))
    engine.dispose()
