"""The broker that is at work in a folder already: found, asked, and either used or ended."""

import psutil

from consumers.broker import Login
from deploy.broker.health import ask
from deploy.broker.home import Home, State
from deploy.broker.jars import Say

ANSWERS_WITHIN_S = 5.0
ENDS_WITHIN_S = 12.0  # a little longer than its keeper gives it
SAME_MOMENT_S = 2.0  # clocks that are set move the moment a process is said to have begun


def mark(home: Home) -> str:
    """The argument by which a broker of this folder is known among all processes."""
    return f"-Dtocsin.home={home.path}"


def broker_at_work(home: Home, say: Say) -> State | None:
    """The healthy broker of this folder; one that is none any more is ended and told."""
    state = home.read_state()
    process = _find(home)
    if process is None:
        if home.state_file.exists():
            say("the broker of an earlier start is gone without having been stopped: starting it again")
            home.state_file.unlink()
        return None
    if state is None or state.pid != process.pid:
        say("the broker's state file was lost: read again from the broker at work")
        state = _state_of(process, home)
    wrong = _wrong_with(state, home) if state else "of which nothing more is known"
    if state is not None and wrong is None:
        home.write_state(state)
        return state
    say(f"a broker was left here (pid {process.pid}), {wrong}: ending it")
    _end(process, patient=state is not None and not is_alive(state.starter, state.starter_created))
    return None


def login_to(home: Home) -> Login:
    """What lets us in as the one who may do everything; nothing, where anyone may."""
    return home.safe.admin().login if home.secured else {}


def is_alive(pid: int, created: float) -> bool:
    """Whether the process that began at ``created`` still runs under ``pid``."""
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - created) < SAME_MOMENT_S
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _find(home: Home) -> psutil.Process | None:
    for process in psutil.process_iter(["cmdline"]):
        said = process.info["cmdline"] or []
        # its keeper carries the broker's command as arguments
        if mark(home) in said and not any(part.endswith("keeper.py") for part in said):
            return process
    return None


def _state_of(process: psutil.Process, home: Home) -> State | None:
    """What the state file would say, read from the process, the settings it was given and its data."""
    try:
        port = home.listens_on("AGENCIES" if home.secured else "PLAINTEXT")
        keeper = process.parent()
        starter = keeper.parent() if keeper else None
        cluster = home.data_cluster()
        if port is None or starter is None or cluster is None:
            return None
        return State(
            pid=process.pid,
            created=process.create_time(),
            starter=starter.pid,
            starter_created=starter.create_time(),
            port=port,
            cluster=cluster,
        )
    except (psutil.Error, OSError):
        return None


def _wrong_with(state: State, home: Home) -> str | None:
    if not is_alive(state.starter, state.starter_created):
        return "whose starter is gone"
    answer = ask(f"127.0.0.1:{state.port}", ANSWERS_WITHIN_S, login_to(home))
    if answer is None:
        return "which does not answer"
    return None if answer.cluster == state.cluster else "which answers for another cluster"


def _end(process: psutil.Process, *, patient: bool) -> None:
    """Wait for the keeper to end it where it will; ask it to end; kill it."""
    for name in ("wait", "terminate", "kill")[not patient :]:
        try:
            if name != "wait":
                getattr(process, name)()
            process.wait(ENDS_WITHIN_S)
            return
        except psutil.NoSuchProcess:
            return
        except psutil.TimeoutExpired:
            continue
