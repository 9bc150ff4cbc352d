"""Two ways to show the board: a live picture on a terminal, plain lines anywhere else."""

import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO

from rich.console import Console
from rich.live import Live

from deploy.demo.board import Board, Item
from deploy.demo.picture import final_screen, live_screen

SILENCE_S = 2.0  # nothing printed for this long: say what is waited for


class Screen(Protocol):
    """Where the demo is shown."""

    def alert(self, item: Item) -> None:
        """An alert came."""

    def tick(self) -> None:
        """Something may have changed."""

    def close(self) -> None:
        """Show the end."""


@contextmanager
def screen_for(board: Board, out: TextIO | None = None) -> Iterator[Screen]:
    """The screen that suits where the output goes."""
    out = out or sys.stdout
    if out.isatty():
        console = Console(file=out)
        with Live(
            console=console,
            get_renderable=lambda: live_screen(board, console.height),
            refresh_per_second=4,
            transient=True,
        ):
            yield _Drawn(console, board)
    else:
        lines = PlainLines(board, out)
        try:
            yield lines
        finally:
            lines.stop()


class _Drawn:
    """A live picture, drawn four times a second by itself."""

    def __init__(self, console: Console, board: Board) -> None:
        self._console = console
        self._board = board

    def alert(self, item: Item) -> None:
        """The picture has it from the board."""

    def tick(self) -> None:
        """The picture draws itself."""

    def close(self) -> None:
        self._console.print(final_screen(self._board))


class PlainLines:
    """Lines for a log: each alert, each simulated half day, and what is waited for in any silence."""

    def __init__(self, board: Board, out: TextIO) -> None:
        self._board = board
        self._out = out
        self._began = self._last = time.monotonic()
        self._doing = ""
        self._half: object = None
        self._sent: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._break_silence, daemon=True)
        self._watch.start()

    def alert(self, item: Item) -> None:
        """The alert's title on a line, its reasons below."""
        soon = f", {item.after_s:.1f} s after its last report" if item.after_s is not None else ""
        self._say(f"ALERT {item.what}: [{item.severity}] {item.kind}: {item.title}{soon}")
        for sentence in item.why:
            self._say(f"      {sentence}")

    def tick(self) -> None:
        """A line when the work changes, and every half day of the fortnight."""
        board = self._board
        half = board.clock and (board.clock.date(), board.clock.hour // 12)
        if board.doing != self._doing:
            self._doing = board.doing
            self._say(board.doing)
        if half is not None and half != self._half and board.clock:
            since = board.sent - self._sent
            self._half, self._sent = half, board.sent.copy()
            most = ", ".join(f"{agency} {count}" for agency, count in since.most_common())
            behind = board.standing.behind(board.total) or "nothing"
            self._say(f"{board.clock:%a %d %B %Y %H:%M}  sent {since.total()} ({most or 'nothing'}); behind: {behind}")

    def close(self) -> None:
        """The last screen, drawn without colours."""
        self.stop()  # nothing more is waited for
        with self._lock:
            Console(file=self._out, width=110, color_system=None).print(final_screen(self._board))

    def stop(self) -> None:
        """End the watch for silence."""
        self._ended.set()
        if self._watch.is_alive():
            self._watch.join()

    def _say(self, text: str) -> None:
        with self._lock:
            self._last = time.monotonic()
            print(f"{self._last - self._began:6.1f} s  {text}", file=self._out, flush=True)

    def _break_silence(self) -> None:
        while not self._ended.wait(0.25):
            if time.monotonic() - self._last > SILENCE_S - 0.3:
                self._say(f"… {self._board.status}")
