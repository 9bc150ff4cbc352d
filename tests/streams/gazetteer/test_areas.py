"""Wards and LSOAs: which a point lies in, and the files they come in."""

import gzip
import json

import pytest

from streams.gazetteer.areas import Areas, Boundary
from streams.gazetteer.boundaries import NotAreas, areas_of
from streams.matching.places.grid import to_wgs84

OUTER = [[430_000, 370_000], [431_000, 370_000], [431_000, 371_000], [430_000, 371_000], [430_000, 370_000]]
HOLE = [[430_400, 370_400], [430_600, 370_400], [430_600, 370_600], [430_400, 370_600], [430_400, 370_400]]


def test_a_point_lies_in_the_ward_that_surrounds_it_and_not_in_its_holes():
    holed = Boundary(level="ward", code="E1", name="Ring", rings=[OUTER, HOLE])
    within = Boundary(level="ward", code="E2", name="Core", rings=[HOLE])
    areas = Areas([within, holed], {})
    assert areas.at("ward", (430_100.0, 370_100.0)) == "Ring"
    assert areas.at("ward", (430_500.0, 370_500.0)) == "Core"
    assert areas.at("ward", (430_999.0, 371_001.0)) == ""
    assert areas.at("lsoa", (430_100.0, 370_100.0)) == ""
    assert Areas([], {}).at("ward", (430_100.0, 370_100.0)) == ""


def test_a_ward_is_called_by_its_name_and_an_lsoa_by_its_code():
    assert Boundary(level="ward", code="E05", name="Hasland", rings=[]).called == "Hasland"
    assert Boundary(level="lsoa", code="E01", name="Chesterfield 001A", rings=[]).called == "E01"
    assert Boundary(level="ward", code="E05", name="", rings=[]).called == "E05"


def geojson(tmp_path, *features):
    file = tmp_path / "areas.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), "utf-8")
    return file


def feature(properties, rings, kind="Polygon"):
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": rings}}


def degrees(ring):
    return [[lon, lat] for lat, lon in (to_wgs84(*point) for point in ring)]


@pytest.mark.parametrize("ring", [OUTER, degrees(OUTER)])
def test_boundaries_in_metres_or_degrees(tmp_path, ring):
    found = areas_of(geojson(tmp_path, feature({"WD23CD": "E05", "WD23NM": "Hasland"}, [ring])))
    assert found.bad == []
    areas = Areas(found.boundaries, {})
    assert areas.at("ward", (430_500.0, 370_020.0)) == "Hasland"
    assert areas.at("ward", (430_500.0, 369_980.0)) == ""


def test_lsoas_of_several_parts_and_shapes_that_are_none(tmp_path):
    file = geojson(
        tmp_path,
        feature({"LSOA21CD": "E01"}, [[OUTER], [[[x + 5000, y] for x, y in OUTER]]], "MultiPolygon"),
        feature({"LSOA21CD": "E02"}, OUTER[0], "Point"),
        feature({"LSOA21CD": "E03"}, [[["a", "b"]]]),
        feature({"what": "ever"}, [OUTER]),
    )
    found = areas_of(file)
    assert [why for _, why in found.bad] == [
        "it is a Point, not a polygon",
        "its shape cannot be read",
        "its properties name neither a ward nor an LSOA; say which with --level",
    ]
    assert Areas(found.boundaries, {}).at("lsoa", (435_500.0, 370_500.0)) == "E01"
    named = areas_of(geojson(tmp_path, feature({"name": "Moor"}, [OUTER])), "ward")
    assert named.boundaries[0].called == "Moor"


@pytest.mark.parametrize(
    ("head", "row", "expected"),
    [
        ("postcode,ward,lsoa", "S40 2LG,Hasland,E01", {"ward": "Hasland", "lsoa": "E01"}),
        ("pcds,wd24cd,wd24nm,lsoa21cd", "S402LG,E05,Hasland,E01", {"ward": "Hasland", "lsoa": "E01"}),
        ("pcd,osward,lsoa11", "S40 2LG,E05,E01", {"ward": "E05", "lsoa": "E01"}),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_lookup_by_postcode(tmp_path, head, row, expected, packed):
    file = tmp_path / ("lookup.csv.gz" if packed else "lookup.csv")
    text = f"{head}\n{row}\nnone,x,y\n".encode()
    file.write_bytes(gzip.compress(text) if packed else text)
    found = areas_of(file)
    assert found.lookup == {"S40 2LG": expected}
    assert found.bad == [(3, "no postcode that can be one")]


@pytest.mark.parametrize("name", ["areas.csv", "areas.csv.gz", "areas.geojson"])
@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\x00" * 9, b'{"features": ' + b"[" * 99_999, b"x" * 200_000])
def test_what_is_no_file_of_areas_at_all_is_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(NotAreas):
        areas_of(tmp_path / name)


@pytest.mark.parametrize("text", ["a,b\n1,2\n", '{"features": []}', "{", "postcode,town\nS40 2LG,X\n"])
def test_what_is_neither_is_refused(tmp_path, text):
    file = tmp_path / "file"
    file.write_text(text, "utf-8")
    with pytest.raises(NotAreas):
        areas_of(file)
