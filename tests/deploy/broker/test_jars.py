"""Jars are fetched once, by jgo, and are what the lock says or are fetched again: from a repository of our own here."""

import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from deploy.broker import jars
from deploy.broker.errors import BrokerAway
from deploy.broker.jars import WANTED, Jar, fetchable, locked_jars, missing_jars, ready_jars


class Repository(SimpleHTTPRequestHandler):
    """A Maven repository that keeps its peace."""

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a repository that jgo's own settings name in place of the usual one."""
    folder = tmp_path / "repository"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Repository, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    (tmp_path / ".config").mkdir()
    (tmp_path / ".config/jgo.conf").write_text(f"[repositories]\nours = http://127.0.0.1:{server.server_port}\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(jars, "TRIES", 1)
    yield folder
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def locked(repository: Path, monkeypatch: pytest.MonkeyPatch) -> list[Jar]:
    """Two jars that the lock names and the repository has."""
    made = []
    for name in ("one", "two"):
        body = name.encode() * 10_000
        place = repository / "org/example" / name / "1.0"
        place.mkdir(parents=True)
        (place / f"{name}-1.0.jar").write_bytes(body)
        made.append(Jar(group="org.example", name=name, version="1.0", sha256=hashlib.sha256(body).hexdigest()))
    monkeypatch.setattr(jars, "locked_jars", lambda: tuple(made))
    return made


def test_the_lock_names_what_is_wanted_and_a_checksum_for_each() -> None:
    lock = locked_jars()
    assert set(WANTED) <= {f"{jar.group}:{jar.name}:{jar.version}" for jar in lock}
    assert all(len(jar.sha256) == 64 for jar in lock)
    assert len({jar.file_name for jar in lock}) == len(lock)
    assert {jar.version for jar in lock if jar.group == "org.apache.kafka"} == {"4.2.0"}


def test_jars_are_fetched_once(locked: list[Jar], repository: Path, tmp_path: Path) -> None:
    told: list[str] = []
    folder = tmp_path / "jars"
    assert fetchable(locked[0], 5) is None
    paths = ready_jars(folder, told.append)
    assert [path.name for path in paths] == ["one-1.0.jar", "two-1.0.jar"]
    assert missing_jars(folder) == []
    for path in repository.rglob("*.jar"):
        path.unlink()  # the second time nobody is asked
    assert ready_jars(folder, told.append) == paths
    assert told == []
    assert fetchable(locked[0], 5) == "the repository answered 404"


def test_a_jar_cut_short_or_changed_is_told_and_fetched_again(locked: list[Jar], tmp_path: Path) -> None:
    told: list[str] = []
    folder = tmp_path / "jars"
    one, two = ready_jars(folder, told.append)
    one.write_bytes(one.read_bytes()[:100])
    (folder / "fetching-left-behind").mkdir()
    ready_jars(folder, told.append)
    assert told == ["one-1.0.jar is cut short or changed: fetching it again"]
    assert missing_jars(folder) == []
    assert sorted(path.name for path in folder.glob("[!.]*")) == [one.name, two.name]


def test_a_jar_that_is_not_what_the_lock_says_is_refused(locked: list[Jar], repository: Path, tmp_path: Path) -> None:
    (repository / "org/example/two/1.0/two-1.0.jar").write_bytes(b"another's")
    with pytest.raises(BrokerAway, match=r"two-1\.0\.jar came, but its SHA-256 is not the one in jars\.lock"):
        ready_jars(tmp_path / "jars", print)
    assert not (tmp_path / "jars/two-1.0.jar").exists()


def test_a_repository_out_of_reach_is_said(locked: list[Jar], repository: Path, tmp_path: Path) -> None:
    (tmp_path / ".config/jgo.conf").write_text("[repositories]\nours = http://127.0.0.1:1\n")
    with pytest.raises(BrokerAway, match=r"the broker's (one|two)-1\.0\.jar could not be fetched"):
        ready_jars(tmp_path / "jars", print)
    trouble = fetchable(locked[0], 5)
    assert trouble is not None
    assert trouble.startswith("no repository could be reached")
