"""Files of reports, line by line: plain or gzip, and how far the reading has come."""

import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from consumers.publisher.naming import NAMELESS, ReportName
from schemas.files import NotReadable

# Free text may be long: a report's whole size is the bound, and the pipeline holds it.
LONGEST_FIELD = 1024 * 1024
GZIP_MAGIC = b"\x1f\x8b"
BLOCK = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line (or row) of a file: the report it makes, or what is wrong so that it makes none."""

    number: int
    raw: bytes | None = None
    name: ReportName = NAMELESS
    problem: str | None = None


class UnreadableFile(NotReadable):
    """A file that is not what it was said to be, told as a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An open file: its bytes unpacked, and how many of its own bytes were read so far."""

    path: Path
    stream: BinaryIO
    position: Callable[[], int]

    @contextmanager
    def text(self, encoding: str = "utf-8") -> Iterator[io.TextIOWrapper]:
        """The file as text; a byte that is none in ``encoding`` becomes a lone surrogate: its row can be told."""
        chosen = "utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding
        text = io.TextIOWrapper(self.stream, chosen, errors="surrogateescape", newline="")
        try:
            yield text
        finally:
            with suppress(ValueError):  # the file was closed before its reader was done
                text.detach()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a CSV file: the line it begins on, and its cells; or why it cannot be read, and no cells."""

    number: int
    cells: list[str]
    problem: str | None = None


def csv_rows(text: Iterable[str], delimiter: str = ",") -> Iterator[Row]:
    """The rows of a CSV file, its header's first."""
    csv.field_size_limit(max(LONGEST_FIELD, csv.field_size_limit()))
    rows = csv.reader(text, delimiter=delimiter)
    while True:
        start = rows.line_num + 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(number=start, cells=[], problem=str(error))
        else:
            yield Row(number=start, cells=cells)


# Reads a file's lines that stand after a line number, in file order.
Reader = Callable[[Source, int], Iterator[Line]]


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """Open a file for reading; one that begins as gzip does is unpacked, whatever its name."""
    try:
        size = path.stat().st_size
        with path.open("rb") as raw:
            packed = raw.peek(2)[:2] == GZIP_MAGIC
            unpacked = io.BufferedReader(gzip.GzipFile(fileobj=raw), BLOCK) if packed else raw
            yield Source(
                path=path, stream=cast(BinaryIO, unpacked), position=lambda: size if raw.closed else raw.tell()
            )
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise UnreadableFile(f"{path}: it begins as gzip but cannot be unpacked ({error})") from None
    except OSError as error:
        raise UnreadableFile(f"{path}: {error.strerror or error}") from None
