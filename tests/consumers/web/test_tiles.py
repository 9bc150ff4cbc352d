"""A file of tiles, as the web counts its squares; what is no picture, or is not there, is nothing."""

import json
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.consumers.web.seats import sat

PNG = b"\x89PNG\r\n\x1a\n north west"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "town.mbtiles"
    with sqlite3.connect(path) as made:
        made.execute("create table tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob)")
        made.execute("create table metadata (name text, value text)")
        made.execute("insert into metadata values ('attribution', '<a href=\"//evil\">Surveyors</a> of the town')")
        made.executemany("insert into tiles values (?, ?, ?, ?)", [(1, 0, 1, PNG), (1, 1, 1, b"\x1f\x8bvector")])
    made.close()
    return path


def test_a_square_is_counted_from_the_north(engine: Engine, file: Path) -> None:
    page = sat(engine, tiles=file)
    found = page.get("/agencies/police/map/tile?z=1&x=0&y=0")
    assert (found.status_code, found.content, found.headers["content-type"]) == (200, PNG, "image/png")


@pytest.mark.parametrize("square", ["z=1&x=0&y=1", "z=1&x=1&y=0", "z=1&x=2&y=0", "z=-1", "z=40", f"z=9&x={9**40}"])
def test_what_is_no_picture_or_not_there_is_nothing(engine: Engine, file: Path, square: str) -> None:
    found = sat(engine, tiles=file).get(f"/agencies/police/map/tile?{square}")
    assert (found.status_code, found.content) == (204, b"")


def test_maps_are_told_of_the_file_and_whose_it_is(engine: Engine, file: Path) -> None:
    told = json.loads(sat(engine, tiles=file).get("/agencies/police/map/streets.json").text)
    assert told["credit"] == "Surveyors of the town"
    assert told["tiles"] == "/agencies/police/map/tile?z={z}&x={x}&y={y}"
    assert "tiles" not in json.loads(sat(engine, "fire").get("/agencies/fire/map/streets.json").text)


def test_a_file_that_is_none_leaves_maps_without_ground(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "none.mbtiles").write_bytes(b"no database at all, but long enough to be taken for one" * 9)
    for name in ("none.mbtiles", "nowhere.mbtiles"):
        page = sat(engine, roles=("analyst",) * (1 + len(name) % 2), tiles=tmp_path / name)
        assert page.get("/agencies/police/map/tile?z=1&x=0&y=0").status_code == 204
        assert json.loads(page.get("/agencies/police/map/streets.json").text)["credit"] == ""
