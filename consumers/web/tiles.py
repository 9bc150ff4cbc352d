"""A map's ground from a file of tiles (MBTiles), where the partnership has one; nothing is asked of any server."""

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import structlog

log = structlog.get_logger()
DEEPEST = 22
KINDS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A picture, and of what kind it is."""

    body: bytes
    kind: str


def tile(file: Path, z: int, x: int, y: int) -> Tile | None:
    """The tile of a square of the web's usual grid; none where the file has none, or no picture of it."""
    if not 0 <= z <= DEEPEST or not 0 <= x < 1 << z or not 0 <= y < 1 << z:
        return None
    # rows are counted from the south in these files, and from the north on the web
    asked = "select tile_data from tiles where zoom_level = ? and tile_column = ? and tile_row = ?"
    body = _one(file, asked, (z, x, (1 << z) - 1 - y))
    if not isinstance(body, bytes):
        return None
    return next((Tile(body=body, kind=kind) for sign, kind in KINDS.items() if body.startswith(sign)), None)


def credit(file: Path) -> str:
    """Whose the tiles are, as the file says it, without its markup."""
    said = _one(file, "select value from metadata where name = 'attribution'", ())
    return re.sub(r"<[^>]*>", "", said).strip() if isinstance(said, str) else ""


def _one(file: Path, asked: str, values: tuple[int, ...]) -> object:
    """The first value of the first row; none where the file is not there, or is no such file."""
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            row = connection.execute(asked, values).fetchone()
    except sqlite3.Error as error:
        log.warning("the file of tiles cannot be read", error=type(error).__name__)
        return None
    return row[0] if row else None
