"""The parts of Tocsin as processes: each ends with what started it, and one that dies is told and started again."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from pydantic import SecretStr

from schemas.settings import Settings

PR_SET_PDEATHSIG = 1
STOP_WITHIN_S = 15.0
# A part that keeps dying is started again ever more slowly, up to this; one that lived for a while is no such part.
SLOWEST_RESTART_S = 30.0
LIVED_S = 300.0
# How a command ends that says why it cannot do what it was told to.
REFUSALS = (1, 2)
STARTS_WITHIN_S = 60.0
# What a hanging part is given to say where it hangs.
ABORTS_WITHIN_S = 5.0

log = structlog.get_logger()


def end_with_parent() -> None:
    """Have the kernel end this process when the one that started it dies (Linux; elsewhere nothing)."""
    if sys.platform == "linux" and os.environ.get("TOCSIN_PARENT"):
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != int(os.environ["TOCSIN_PARENT"]):
            raise SystemExit("what started this part is gone")


def environment(settings: Settings) -> dict[str, str]:
    """The environment that hands these settings to a part."""
    said = settings.model_dump(exclude={"store"})
    ours = {
        f"TOCSIN_{name.upper()}": value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        for name, value in said.items()
        if value is not None
    }
    # what the part is not told, it is not to find in our own environment: another's password would stay with it
    settable = {f"TOCSIN_{name.upper()}" for name in said}
    rest = {name: value for name, value in os.environ.items() if name not in settable}
    return {**rest, **ours, "TOCSIN_STORE_URL": settings.store_url, "TOCSIN_PARENT": str(os.getpid())}


@dataclass(slots=True, kw_only=True)
class Part:
    """One part running as a process: ``arguments`` are those of ``tocsin``; ``keeps``: open files that it is given."""

    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    log_file: Path | None = None
    keeps: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    restarts: int = field(default=0)
    _due: float = field(default=0.0)
    _started: float = field(default=0.0)

    def start(self) -> None:
        """Start the process."""
        self._started = time.monotonic()
        out = self.log_file.open("ab") if self.log_file else None
        try:
            self.process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "deploy.cli", *self.arguments],
                env=dict(self.environment),
                stdout=out,
                stderr=subprocess.STDOUT if out else None,
                stdin=subprocess.DEVNULL,
                pass_fds=self.keeps,
                start_new_session=True,  # Ctrl-C is for the one who started us; it then stops us in order
            )
        finally:
            if out:
                out.close()

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self.process is not None and self.process.poll() is None

    @property
    def age_s(self) -> float:
        """How long ago its process was started."""
        return time.monotonic() - self._started

    @property
    def refused_to_start(self) -> bool:
        """Whether it ended at its first start because of what it was told, which another start would not change."""
        ended = self.process is not None and self.process.poll() in REFUSALS
        return ended and self.restarts == 0 and self.age_s < STARTS_WITHIN_S

    def tend(self) -> None:
        """Start the process again when it died, waiting longer each time."""
        if self.running or self.process is None:
            return
        now = time.monotonic()
        if self._due == 0.0:
            if self.age_s > LIVED_S:
                self.restarts = 0
            wait = min(SLOWEST_RESTART_S, 0.5 * 2**self.restarts)
            log.error("a part ended; starting it again", part=self.name, code=self.process.returncode, wait_s=wait)
            self._due = now + wait
        if now >= self._due:
            self._due = 0.0
            self.restarts += 1
            self.start()

    def end(self) -> None:
        """End a process that hangs: it writes down where each of its threads is, if it still can, and is killed."""
        hanging = self.process  # another thread may start the next one meanwhile
        if hanging is None or hanging.poll() is not None:
            return
        hanging.send_signal(signal.SIGABRT)
        with suppress(subprocess.TimeoutExpired):
            hanging.wait(ABORTS_WITHIN_S)
        hanging.kill()
        hanging.wait()

    def stop(self, within: float = STOP_WITHIN_S) -> None:
        """Ask the process to end, and end it when it does not."""
        if not self.running or self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(within)
        except subprocess.TimeoutExpired:
            log.warning("a part did not stop when asked; ending it", part=self.name)
            self.process.kill()
            self.process.wait()
