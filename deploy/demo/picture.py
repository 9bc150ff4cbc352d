"""The demo's pictures: what is sent, what the pipeline makes of it, the alerts, and the end."""

from dataclasses import replace
from io import StringIO
from pathlib import Path

from rich import box
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from deploy.demo.board import LATEST, Board, Item

WIDTH = 118
_COLOURS = {"high": "bold red", "medium": "yellow", "low": "cyan"}
_VERDICTS = {"found": "green", "kept quiet": "green", "missed": "bold red", "false alarm": "bold red"}
_BAR = "▏▎▍▌▋▊▉█"


def live_screen(board: Board, height: int = 50) -> RenderableType:
    """The picture while the demo runs, in so many lines; once the end was shown, only what is waited for."""
    status = Text(f"… {board.status}", style="dim")
    if board.summary:
        return status
    room = height - 8 - max(len(board.sent), 10)  # lines that the other panels leave for alerts
    why = 2 if room >= 3 * LATEST else 1 if room >= LATEST else 0
    return Group(_clock(board), _middle(board), _alerts(board, most=max(1, room // (1 + why)), why=why), status)


def final_screen(board: Board) -> RenderableType:
    """The picture at the end."""
    parts: list[RenderableType] = [_middle(board), _alerts(board, most=LATEST, why=1)]
    if board.summary:
        parts += [_stories(board), _facts(board)]
    return Group(*parts)


def save_picture(board: Board, file: Path) -> None:
    """Write the last screen as SVG, with fonts of the reader's own."""
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True, color_system="truecolor")
    console.print(final_screen(replace(board, password="")))  # the picture outlives the page
    file.parent.mkdir(parents=True, exist_ok=True)
    drawn = console.export_svg(title="tocsin demo", unique_id="tocsin-demo")
    file.write_text(_without_foreign_fonts(drawn), "utf-8")


def _without_foreign_fonts(svg: str) -> str:
    """rich's picture without the web addresses it would load its fonts from."""
    while (start := svg.find("@font-face")) >= 0:
        svg = svg[:start] + svg[svg.index("}", start) + 1 :]
    return svg


def _clock(board: Board) -> RenderableType:
    line = Table.grid(expand=True, padding=(0, 2))
    line.add_column()
    line.add_column(ratio=1)
    line.add_column(justify="right")
    now = f"{board.clock:%a %d %B %Y, %H:%M}" if board.clock else "ten weeks of everyday life, then a fortnight"
    line.add_row(Text(now, style="bold"), ProgressBar(total=1.0, completed=board.share), Text(f"{board.share:.0%}"))
    return Panel(line, title=f"Tocsin: a made-up fortnight in Chesterfield, seed {board.seed}", box=box.ROUNDED)


def _middle(board: Board) -> RenderableType:
    sides = Table.grid(expand=True)
    sides.add_column(ratio=1)
    sides.add_column(ratio=1)
    sides.add_row(_agencies(board), _pipeline(board))
    return sides


def _agencies(board: Board) -> RenderableType:
    rows = Table.grid(expand=True, padding=(0, 1))
    rows.add_column(no_wrap=True)
    rows.add_column(justify="right")
    rows.add_column(ratio=1)
    most = max(board.sent.values(), default=1)
    for agency, count in sorted(board.sent.items(), key=lambda item: (-item[1], item[0])):
        rows.add_row(agency, f"{count:,}", Text(_bar(count / most, 22), style="blue"))
    if not board.sent:
        rows.add_row(Text("nothing yet", style="dim"), "", "")
    return Panel(rows, title="sent in the fortnight", box=box.ROUNDED)


def _bar(share: float, width: int) -> str:
    whole, rest = divmod(int(share * width * 8), 8)
    return "█" * whole + (_BAR[rest - 1] if rest else "")


def _pipeline(board: Board) -> RenderableType:
    rows = Table.grid(padding=(0, 2))
    standing = board.standing
    outcomes = ", ".join(f"{count:,} {name}" for name, count in sorted(standing.outcomes.items()))
    for name, value in (
        ("sent", f"{board.total:,}, of them {board.history:,} the ten weeks before"),
        ("taken", outcomes or "0"),
        ("behind", standing.behind(board.total) or "nothing"),
        ("failed", f"{standing.set_aside:,} pieces of work, set aside") if standing.set_aside else ("", ""),
        ("incidents", f"{standing.incidents:,}"),
        ("people", f"{standing.people:,}"),
        ("alerts", f"{standing.alerts:,} stand, {board.known_before:,} from before the fortnight"),
        ("page", board.page or "not yet"),
        ("sign in", f"as police or another agency, with {board.password}" if board.password else ""),
    ):
        if value:
            rows.add_row(Text(name, style="dim"), Text(value))
    return Panel(rows, title="the pipeline", box=box.ROUNDED)


def _alerts(board: Board, *, most: int, why: int) -> RenderableType:
    lines: list[RenderableType] = []
    for item in list(reversed(board.items))[:most]:
        lines.append(_headline(item))
        lines += [
            Text(f"    {sentence}", style="dim", overflow="ellipsis", no_wrap=True) for sentence in item.why[:why]
        ]
    return Panel(Group(*lines or [Text("none yet", style="dim")]), title="latest alerts", box=box.ROUNDED)


def _headline(item: Item) -> Text:
    line = Text(overflow="ellipsis", no_wrap=True)
    if item.at:
        line.append(f"{item.at:%a %d %H:%M}  ", style="dim")
    if item.after_s is not None:
        line.append(f"after {item.after_s:.1f} s  ", style="dim")
    if item.what != "new":
        line.append(f"{item.what} ", style="magenta")
    line.append(f"{item.kind} ", style=_COLOURS.get(item.severity, "white"))
    line.append(item.title)
    return line


def _stories(board: Board) -> RenderableType:
    table = Table(box=box.SIMPLE, expand=True)
    for column, ratio in (("", None), ("hidden story", 3), ("an analyst should hear", 4), ("because", 5)):
        table.add_column(column, ratio=ratio, no_wrap=ratio is None)
    for verdict in board.summary.verdicts if board.summary else ():
        word = Text(verdict.word, style=_VERDICTS[verdict.word])
        table.add_row(word, verdict.story.name, Text(verdict.story.should_hear), Text(verdict.why, style="dim"))
    return Panel(table, title="the hidden stories", box=box.ROUNDED)


def _facts(board: Board) -> RenderableType:
    rows = Table.grid(padding=(0, 2))
    for name, value in board.summary.facts if board.summary else ():
        rows.add_row(Text(name, style="dim"), Text(value))
    for trouble in board.summary.troubles if board.summary else ():
        rows.add_row(Text("trouble", style="bold red"), Text(trouble))
    return Panel(rows, title="summary", box=box.ROUNDED)
