"""What ``tocsin publish`` does, with what it shows on the way."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from consumers.broker import BrokerTrouble, Login, hush_kafka
from consumers.publisher.files import Account, Batch, check_files, publish_files
from consumers.publisher.formats import FORMATS, format_of
from consumers.publisher.lines import UnreadableFile
from consumers.publisher.mapping import MappingError, load_mapping
from consumers.words import printable
from schemas.settings import Settings

WELL, TROUBLE, USAGE, INTERRUPTED = 0, 1, 2, 130
SHOWN_PROBLEMS = 20
PLAIN_EVERY = 10_000  # reports between two lines where there is no terminal


def publish_command(
    settings: Settings,
    find_broker: Callable[[], str],
    *,
    files: list[Path],
    agency: str,
    format: str | None = None,
    mapping: Path | None = None,
    check: bool = False,
    as_json: bool = False,
    login: Callable[[], Login] = dict,
) -> int:
    """Send files of reports to the agency's topic (``check``: only read them); the exit code.

    ``find_broker``, and then ``login``, is called once the files are known to be readable, and not at all for a check.
    """
    hush_kafka()
    console = Console(stderr=True, highlight=False)
    latest = Account()
    try:
        batch = _batch(files, agency, format, mapping)
        with _shown(console, "checking" if check else "publishing") as show:

            def progress(account: Account) -> None:
                nonlocal latest
                latest = account
                show(account)

            if check:
                account = check_files(batch, progress=progress)
            else:
                account = publish_files(
                    batch,
                    find_broker(),
                    login=login(),
                    places=settings.var / "publish",
                    progress=progress,
                    tell=lambda text: console.print(printable(text), style="yellow", markup=False),
                )
    except KeyboardInterrupt:
        console.print(f"stopped: {latest.sent:,} sent; the same command goes on from there", style="yellow")
        return INTERRUPTED
    except BrokerTrouble as trouble:
        console.print(printable(str(trouble)), style="red", markup=False, soft_wrap=True)
        return TROUBLE
    except (MappingError, UnreadableFile, ValueError) as wrong:
        console.print(printable(str(wrong)), style="red", markup=False, soft_wrap=True)
        return USAGE
    _tell_problems(console, account)
    _sum_up(account, check=check, as_json=as_json)
    return WELL if account.well else TROUBLE


def _batch(files: list[Path], agency: str, format: str | None, mapping: Path | None) -> Batch:
    chosen = format or format_of(files)
    if chosen not in FORMATS:
        raise ValueError(f"no format {chosen!r}; there are: {', '.join(FORMATS)}")
    if mapping is not None and chosen != "csv":
        raise ValueError(f"a mapping is for csv, and the format is {chosen}")
    return Batch(files=files, agency=agency, format=chosen, mapping=load_mapping(mapping) if mapping else None)


@contextmanager
def _shown(console: Console, doing: str) -> Iterator[Callable[[Account], None]]:
    """A bar on a terminal, a line now and then elsewhere."""
    if not console.is_terminal:
        told = 0

        def line(account: Account) -> None:
            nonlocal told
            if account.sent >= told + PLAIN_EVERY:
                told = account.sent - account.sent % PLAIN_EVERY
                console.print(f"{doing}: {account.sent:,} so far, {account.share:.0%} read")

        yield line
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[sent]:,} reports, {task.fields[rate]:,.0f}/s"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(doing, total=1.0, sent=0, rate=0.0)
        yield lambda account: bar.update(task, completed=account.share, sent=account.sent, rate=account.a_second)


def _tell_problems(console: Console, account: Account) -> None:
    for problem in account.problems[:SHOWN_PROBLEMS]:
        console.print(printable(str(problem)), style="red", markup=False, soft_wrap=True)
    more = account.unusable + account.refused - SHOWN_PROBLEMS
    if more > 0:
        console.print(f"… and {more:,} more", style="red")


def _sum_up(account: Account, *, check: bool, as_json: bool) -> None:
    if as_json:
        facts = {
            "good" if check else "sent": account.sent,
            "already": account.already,
            "unusable": account.unusable,
            "refused": account.refused,
            "seconds": round(account.seconds, 3),
        }
        sys.stdout.write(json.dumps(facts) + "\n")
        return
    if check:
        sys.stdout.write(f"{account.sent:,} good, {account.unusable:,} with problems\n")
        return
    parts = [f"sent {account.sent:,}"]
    parts += [f"{account.already:,} sent before"] if account.already else []
    parts += [f"{account.unusable:,} lines make no report"] if account.unusable else []
    parts += [f"{account.refused:,} not taken by the broker"] if account.refused else []
    sys.stdout.write(", ".join([*parts, f"{account.seconds:.1f} seconds", f"{account.a_second:,.0f}/s"]) + "\n")
