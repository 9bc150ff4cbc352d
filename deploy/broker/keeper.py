"""Holds the broker's process and ends it once whoever started it is gone, however it went.

Run by its path, standard library only: ``keeper.py LOG COMMAND…``. It says the broker's pid on its standard output; its
standard input is a pipe whose other end the starter holds, and which the kernel closes even after SIGKILL.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading

PR_SET_PDEATHSIG = 1
LOOK_EVERY_S = 1.0
STOP_WITHIN_S = 10.0


def die_with_keeper() -> None:
    """Have the kernel end this process should the keeper itself be killed (Linux; elsewhere the next start does)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def keep(log: str, command: list[str]) -> int:
    """Run ``command`` until it ends or the starter does; its exit code."""
    starter = os.getppid()
    gone = threading.Event()
    with open(log, "ab") as out:  # noqa: PTH123
        broker = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_keeper,  # no thread is running yet
        )
    signal.signal(signal.SIGTERM, lambda *_: gone.set())
    print(broker.pid, flush=True)
    threading.Thread(target=_until_closed, args=(gone,), daemon=True).start()
    # A child that the starter forked may hold the pipe open after it: so its pid is looked at, too.
    while broker.poll() is None and not gone.wait(LOOK_EVERY_S) and os.getppid() == starter:
        pass
    return stop(broker)


def _until_closed(gone: threading.Event) -> None:
    while os.read(0, 1024):
        pass
    gone.set()


def stop(broker: "subprocess.Popen[bytes]") -> int:
    """Ask the broker to end in order, and end it when it does not; its exit code."""
    if broker.poll() is None:
        broker.terminate()
    try:
        return broker.wait(STOP_WITHIN_S)
    except subprocess.TimeoutExpired:
        broker.kill()
        return broker.wait()


if __name__ == "__main__":
    sys.exit(keep(sys.argv[1], sys.argv[2:]) & 0xFF)
