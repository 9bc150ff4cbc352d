"""The broker's jars: named in ``jars.lock`` with their SHA-256, fetched once by jgo, checked at every start."""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from platformdirs import user_cache_path
from tenacity import Retrying, stop_after_attempt, wait_exponential

from deploy.broker.errors import BrokerAway

# jgo alone picks an older kafka-clients, so each is named.
WANTED = (
    "org.apache.kafka:kafka_2.13:4.2.0",
    "org.apache.kafka:kafka-clients:4.2.0",
    "org.apache.kafka:kafka-tools:4.2.0",
    "org.apache.logging.log4j:log4j-slf4j-impl:2.25.3",
)
AT_ONCE = 12
TRIES = 4
REGISTRY_TIMEOUT_S = 60

if TYPE_CHECKING:
    from jgo.maven import Artifact

log = structlog.get_logger()

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Jar:
    """One line of the lock."""

    group: str
    name: str
    version: str
    sha256: str

    @property
    def file_name(self) -> str:
        """What the file is called, here and in any repository."""
        return f"{self.name}-{self.version}.jar"


def locked_jars() -> tuple[Jar, ...]:
    """The jars the lock names, in the order of the class path."""
    lines = files("deploy.broker").joinpath("jars.lock").read_text("utf-8").splitlines()
    return tuple(_jar(line) for line in lines if line and not line.startswith("#"))


def _jar(line: str) -> Jar:
    coordinates, sha256 = line.split()
    group, name, version = coordinates.split(":")
    return Jar(group=group, name=name, version=version, sha256=sha256)


def jar_folder(home: Path) -> Path:
    """Where the jars are kept: the user's cache, shared by every ``var/``, or else the broker's folder."""
    shared = user_cache_path("tocsin") / "broker-jars"
    return shared if os.access(nearest(shared), os.W_OK) else home / "jars"


def nearest(path: Path) -> Path:
    """``path`` itself, or the folder above it that exists and that it would be made in."""
    return path if path.exists() else nearest(path.parent)


def missing_jars(folder: Path) -> list[Jar]:
    """Jars that are not in ``folder`` whole: absent, cut short or changed."""
    return [jar for jar in locked_jars() if not _whole(folder / jar.file_name, jar)]


def ready_jars(folder: Path, say: Say) -> list[Path]:
    """Every jar's path, fetched where it is missing or not what the lock says; raises ``BrokerAway``."""
    if missing_jars(folder):
        with _only_one(folder):
            missing = missing_jars(folder)  # another process may have fetched them meanwhile
            if missing:
                _fetch_all(missing, folder, say)
    return [folder / jar.file_name for jar in locked_jars()]


def _whole(path: Path, jar: Jar) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == jar.sha256
    except OSError:
        return False


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fetch_all(jars: Sequence[Jar], folder: Path, say: Say) -> None:
    for jar in jars:
        if (folder / jar.file_name).exists():
            say(f"{jar.file_name} is cut short or changed: fetching it again")
    log.info("fetching the broker's jars, once", jars=len(jars), to=str(folder))
    for left_behind in folder.glob("fetching-*"):  # of a process that was cut off; we hold the lock
        shutil.rmtree(left_behind, ignore_errors=True)
    # In a folder of its own until the checksum is right: what stands under its own name is whole.
    with tempfile.TemporaryDirectory(prefix="fetching-", dir=folder) as aside, ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda jar: _fetch(jar, Path(aside), folder), jars))


def _fetch(jar: Jar, aside: Path, folder: Path) -> None:
    try:
        for attempt in Retrying(stop=stop_after_attempt(TRIES), wait=wait_exponential(max=8), reraise=True):
            with attempt:
                _download(jar, aside, folder)
    except BrokerAway:
        raise
    except Exception as error:
        raise BrokerAway(f"the broker's {jar.file_name} could not be fetched: {error}") from error


def _download(jar: Jar, aside: Path, folder: Path) -> None:
    artifact = _artifact(jar, aside, REGISTRY_TIMEOUT_S)
    if artifact.cached_path is not None:
        artifact.cached_path.unlink(missing_ok=True)  # what an earlier attempt left half done
    got = artifact.resolve()
    if not _whole(got, jar):
        raise BrokerAway(f"the broker's {jar.file_name} came, but its SHA-256 is not the one in jars.lock")
    got.replace(folder / jar.file_name)


def fetchable(jar: Jar, wait_s: float) -> str | None:
    """What stands against fetching ``jar`` now; None where nothing does."""
    from jgo.util import http

    artifact = _artifact(jar, Path(), wait_s)
    where = f"{artifact.component.path_prefix.as_posix()}/{artifact.filename}"
    trouble = "no Maven repository is named in jgo's settings"
    for repository in artifact.context.remote_repos.values():
        try:
            answer = http.head(f"{repository}/{where}", timeout=wait_s, allow_redirects=True)
        except OSError as error:
            trouble = f"no repository could be reached ({type(error).__name__})"
        else:
            if answer.ok:
                return None
            trouble = f"the repository answered {answer.status_code}"
    return trouble


def _artifact(jar: Jar, cache: Path, wait_s: float) -> "Artifact":
    from jgo.config import GlobalSettings
    from jgo.maven import MavenContext

    mirrors = GlobalSettings.load().repositories or None  # a site's own, from jgo's settings
    maven = MavenContext(repo_cache=cache, remote_repos=mirrors, timeout=int(wait_s))
    return maven.project(jar.group, jar.name).at_version(jar.version).artifact()
