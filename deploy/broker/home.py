"""The broker's folder: its data, its lock, what is known of the broker at work in it, and mending what was cut off."""

import fcntl
import json
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog

from deploy.broker.errors import BrokerAway
from deploy.broker.safe import Safe
from schemas.settings import Settings

META = "meta.properties"
METADATA_LOG = "__cluster_metadata-0"
FORMING = "data.forming-"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The broker that was last started here: who, since when, where, and who started it."""

    pid: int
    created: float
    starter: int
    starter_created: float
    port: int
    cluster: str


@dataclass(frozen=True, slots=True)
class Home:
    """``<var>/broker``, or ``<var>/broker-secured``. The broker runs in it: nothing inside carries its path."""

    path: Path
    secured: bool = False

    @property
    def data(self) -> Path:
        """Kafka's own folder."""
        return self.path / "data"

    @property
    def safe(self) -> Safe:
        """Certificates and passwords of a secured broker."""
        return Safe(self.path / "safe")

    def listens_on(self, listener: str) -> int | None:
        """The port of one of the listeners that the broker was last started with."""
        try:
            said = self.properties.read_text("utf-8")
        except OSError:
            return None
        found = re.search(rf"^listeners=(?:.*,)?{listener}://[^:]+:(\d+)", said, re.MULTILINE)
        return int(found[1]) if found else None

    @property
    def state_file(self) -> Path:
        """What is known of the broker at work."""
        return self.path / "state.json"

    @property
    def properties(self) -> Path:
        """The settings the broker was started with."""
        return self.path / "server.properties"

    @property
    def log(self) -> Path:
        """What the broker finds amiss, by its own log."""
        return self.path / "broker.log"

    @property
    def denials(self) -> Path:
        """What a secured broker allowed nobody, a line each."""
        return self.path / "authorizer.log"

    @property
    def console(self) -> Path:
        """What it says before its log is set up, of the last start only."""
        return self.path / "console.log"

    @property
    def kept_meta(self) -> Path:
        """A copy of the data folder's identity, should that one be lost."""
        return self.path / META

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Alone with the folder; the kernel lets go when this process ends, so that the lock is never stale."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = (self.path / "lock").open("ab")
        except OSError as error:
            raise BrokerAway(f"the broker's folder {self.path} cannot be written: {error}") from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                log.info("another process is starting or stopping the broker: waiting for it")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def read_state(self) -> State | None:
        """The state; None where there is none or it cannot be read."""
        try:
            return State(**json.loads(self.state_file.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def write_state(self, state: State) -> None:
        """Keep the state, whole or not at all."""
        aside = self.state_file.with_suffix(".new")
        aside.write_text(json.dumps(asdict(state)), "utf-8")
        aside.replace(self.state_file)

    def forget_state(self, pid: int) -> None:
        """Drop the state, where it still speaks of ``pid``."""
        state = self.read_state()
        if state is not None and state.pid == pid:
            self.state_file.unlink(missing_ok=True)

    def mend(self) -> list[str]:
        """Put right what an interrupted start or a lost file left; a sentence for each thing done."""
        told = []
        if cut_off := list(self.path.glob(f"{FORMING}*")):
            for left_behind in cut_off:  # no broker ever ran on these: they hold no topic
                _remove(left_behind)
            told.append("an earlier start was cut off while it laid out the data folder: laying it out again")
        if not self.data.exists():
            return told
        if self.data_cluster() is None and self._readable(self.kept_meta) and self._has_metadata():
            shutil.copyfile(self.kept_meta, self.data / META)
            told.append(f"the data folder had lost its {META}: put back from the copy")
        if self.data_cluster() is None or (self._has_topics() and not self._has_metadata()):
            told.append(self._move_aside())
        return told

    def data_cluster(self) -> str | None:
        """The cluster id the data folder carries; None where it is not laid out whole."""
        return self._readable(self.data / META)

    def furnish(self, log_settings: str) -> None:
        """Put in what the broker needs beside its data."""
        (self.path / "log4j2.properties").write_text(log_settings, "utf-8")
        scratch = self.path / "tmp"  # native libraries are unpacked here, and left by a broker that is killed
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()

    def lay_out(self, format_into: Callable[[Path], None]) -> None:
        """Make a data folder where there is none; ``format_into`` fills it under another name first."""
        if not self.data.exists():
            # A name of our own: Kafka's program of a start that was cut off may still be at work on its.
            forming = self.path / f"{FORMING}{secrets.token_hex(4)}"
            format_into(forming)
            forming.rename(self.data)
        shutil.copyfile(self.data / META, self.kept_meta)

    def _readable(self, meta: Path) -> str | None:
        try:
            lines = meta.read_text("utf-8").splitlines()
        except (OSError, ValueError):
            return None
        said = dict(line.split("=", 1) for line in lines if "=" in line)
        whole = said.get("version") == "1" and said.get("node.id") == "1" and said.get("directory.id")
        return (said.get("cluster.id") or None) if whole else None

    def _has_metadata(self) -> bool:
        return any((self.data / METADATA_LOG).glob("*.log")) or any((self.data / METADATA_LOG).glob("*.checkpoint"))

    def _has_topics(self) -> bool:
        # Kafka deletes partitions that its metadata does not know
        return any(entry.is_dir() and entry.name != METADATA_LOG for entry in self.data.iterdir())

    def _move_aside(self) -> str:
        number = 1
        while (aside := self.path / f"data.broken-{number}").exists():
            number += 1
        self.data.rename(aside)
        self.kept_meta.unlink(missing_ok=True)
        return f"the data folder was half written: moved aside to {aside.name}, and a new one laid out"


def home_of(settings: Settings) -> Home:
    """The folder of the settings' embedded broker; the plain one and the secured one share nothing."""
    name = "broker-secured" if settings.secure else "broker"
    return Home((settings.var / name).resolve(), settings.secure)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
