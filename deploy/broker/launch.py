"""Start the broker in its folder and wait until it answers."""

import base64
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass
from importlib.resources import files
from os import pathsep
from pathlib import Path

import psutil

from consumers.broker import takes_connections
from deploy.broker.at_work import login_to, mark
from deploy.broker.errors import BrokerAway
from deploy.broker.health import ask
from deploy.broker.home import Home, State
from deploy.broker.jars import Say, jar_folder, ready_jars
from deploy.broker.java import Java, find_java
from deploy.broker.ports import HERE, free_port
from deploy.broker.properties import Ports, server_properties
from deploy.broker.safe import ADMIN
from deploy.broker.unseen import salted, unseen
from schemas.settings import Settings

STARTS_WITHIN_S = 90.0  # about 3 s here; a busy machine takes its time
STOPS_WITHIN_S = 15.0
LOOK_EVERY_S = 0.05
LAST_LINES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Launched:
    """A broker this process started: its keeper holds it, and we hold the keeper's standard input."""

    keeper: "subprocess.Popen[bytes]"
    pid: int
    port: int
    cluster: str

    def stop(self) -> None:
        """Let go of the keeper, which ends the broker in order."""
        assert self.keeper.stdin is not None  # noqa: S101
        self.keeper.stdin.close()
        try:
            self.keeper.wait(STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.keeper.kill()
            self.keeper.wait()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What is needed to run any of Kafka's programs."""

    java: Java
    jars: list[Path]
    memory_mb: int

    def command(self, *arguments: str, options: tuple[str, ...] = ()) -> list[str]:
        """The whole command line."""
        class_path = pathsep.join(map(str, self.jars))
        return [str(self.java.path), *self._options, *self.java.quiet, *options, "-cp", class_path, *arguments]

    @property
    def _options(self) -> tuple[str, ...]:
        return (
            f"-Xmx{self.memory_mb}m",
            "-XX:+UseSerialGC",  # two cores, half a gigabyte: the smallest footprint, and quickest up
            # Measured on two cores: the full compiler costs 6.2 s of processor to start in place of 3.3, and does not
            # earn it back within half a million records (the last 0.4 million: 7.3 s of processor, not 3.2).
            "-XX:TieredStopAtLevel=1",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:-UsePerfData",
            "-XX:ErrorFile=crash.log",
            "-Djava.awt.headless=true",
            "-Djava.io.tmpdir=tmp",
            "-Dlog4j2.configurationFile=log4j2.properties",
        )


class PortTaken(Exception):
    """Another process took the port between our looking and the broker's binding."""


def launch(home: Home, settings: Settings, say: Say) -> Launched:
    """Start the broker of ``home``, laying out its data where there is none; raises ``BrokerAway``."""
    kit = Kit(
        java=find_java(settings.java), jars=ready_jars(jar_folder(home.path), say), memory_mb=settings.broker_memory_mb
    )
    for sentence in home.mend():
        say(sentence)
    if home.secured:
        home.safe.ready(fresh=not home.data.exists())
    home.furnish(files("deploy.broker").joinpath("log4j2.properties").read_text("utf-8"))
    home.lay_out(lambda data: _format(kit, home, data))
    preferred = [settings.broker_port]
    for _ in range(3):
        port = free_port(preferred)
        if port != settings.broker_port:
            say(f"port {settings.broker_port} is taken: the broker listens on {port}")
        try:
            return _start(kit, home, port)
        except PortTaken:
            preferred = []
    raise BrokerAway("no port could be had for the broker, three times over")


def _format(kit: Kit, home: Home, data: Path) -> None:
    """Have Kafka lay out an empty data folder under a new cluster id; of a secured broker, with its admin in it."""
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    if cluster.startswith("-"):  # Kafka would take it for an option, and never makes such an id itself
        cluster = "A" + cluster[1:]
    said = Path(f"{data}.properties")
    ports = Ports(clients=1, mutual=3, controller=2)
    said.write_text(server_properties(ports=ports, data=data.name, secured=home.secured), "utf-8")
    program = ["kafka.tools.StorageTool", "format", "--cluster-id", cluster, "--config", said.name]
    if home.secured:
        program += ["--add-scram", salted(ADMIN, home.safe.admin_password.read_text("utf-8").strip())]
    arguments = Path(f"{data}.arguments")
    try:
        with unseen(kit.command(*program), arguments) as command:
            ran = subprocess.run(  # noqa: S603
                command, cwd=home.path, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
            )
    except OSError as error:
        raise BrokerAway(f"{kit.java.path} could not be run: {error}") from error
    if ran.returncode != 0:
        raise BrokerAway(f"the broker's data folder could not be laid out:\n{_last_lines(ran.stdout + ran.stderr)}")
    said.unlink()


def _start(kit: Kit, home: Home, port: int) -> Launched:
    ports = Ports(clients=port, controller=free_port([port + 1]), mutual=free_port([port + 2]))
    text = server_properties(ports=ports, data=home.data.name, secured=home.secured)
    home.properties.write_text(text, "utf-8")
    home.console.unlink(missing_ok=True)
    logged = home.log.stat().st_size if home.log.exists() else 0
    command = kit.command("kafka.Kafka", home.properties.name, options=(mark(home),))
    with home.console.open("ab") as console:
        keeper = subprocess.Popen(  # noqa: S603
            [sys.executable, "-I", str(Path(__file__).with_name("keeper.py")), home.console.name, *command],
            cwd=home.path,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=console,
            start_new_session=True,  # Ctrl-C is for the one who started it, who then stops it in order
        )
    try:
        found = _until_healthy(keeper, home, port)
        if found is None:
            raise _failure(home, logged)
    except BaseException:
        Launched(keeper=keeper, pid=0, port=port, cluster="").stop()
        home.state_file.unlink(missing_ok=True)
        raise
    return found


def _until_healthy(keeper: "subprocess.Popen[bytes]", home: Home, port: int) -> Launched | None:
    """The broker once it answers; None where it ended before."""
    assert keeper.stdout is not None  # noqa: S101
    with keeper.stdout as said:
        pid = int(said.readline() or 0)
    cluster, login = home.data_cluster() or "", login_to(home)
    if pid:
        _note(home, pid, port, cluster)
    end = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < end:
        if not pid or keeper.poll() is not None:
            return None
        if takes_connections(f"{HERE}:{port}") and (answer := ask(f"{HERE}:{port}", 2.0, login)) and answer.brokers:
            if answer.cluster != cluster:
                raise PortTaken
            return Launched(keeper=keeper, pid=pid, port=port, cluster=cluster)
        time.sleep(LOOK_EVERY_S)
    raise BrokerAway(f"the broker did not answer within {STARTS_WITHIN_S:.0f} s; its log: {home.log}")


def _note(home: Home, pid: int, port: int, cluster: str) -> None:
    me = psutil.Process()
    try:
        created = psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return  # it ended at once; that is found in a moment
    home.write_state(
        State(pid=pid, created=created, starter=me.pid, starter_created=me.create_time(), port=port, cluster=cluster)
    )


def _failure(home: Home, logged: int) -> Exception:
    """Why the broker ended, from its console and from what its log gained beyond ``logged`` bytes."""
    said = [path.read_bytes()[since:].decode("utf-8", "replace") for path, since in _said(home, logged)]
    if any("Address already in use" in text for text in said):
        return PortTaken()
    return BrokerAway(
        f"the broker ended while starting. Its log is {home.log}; moving {home.data} away begins anew. It said last:\n"
        + "\n".join(map(_last_lines, said))
    )


def _said(home: Home, logged: int) -> list[tuple[Path, int]]:
    return [(path, since) for path, since in ((home.console, 0), (home.log, logged)) if path.exists()]


def _last_lines(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-LAST_LINES:])
