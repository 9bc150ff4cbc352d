"""Postcodes that come with Tocsin: where their middle lies, how far about it, and which of them exist."""

import gzip

import pytest

from streams.gazetteer import codepoint


def test_a_postcode_has_a_middle_and_says_how_far_about_it_its_addresses_lie():
    found = codepoint.centre("S40 1AA")
    assert found.point == pytest.approx((437_837, 371_072), abs=300)
    assert 60 <= found.about <= 300


@pytest.mark.parametrize("code", ["S40 1ZZ", "BT1 1AA", "JE2 3AB", "ZZ1 1AA", ""])
def test_one_that_does_not_exist_or_is_not_in_the_package_has_none(code):
    assert codepoint.centre(code) is None


def test_whether_one_exists_is_not_said_of_an_area_that_is_not_in_the_package():
    assert codepoint.listed("S40 1AA") is True
    assert codepoint.listed("S40 1ZZ") is False
    assert codepoint.listed("BT1 1AA") is None


def test_a_misread_character_is_put_right_only_where_one_such_postcode_exists():
    assert codepoint.meant("S40 1AA") == "S40 1AA"
    assert codepoint.meant("SS0 1AA") in {"SS0 1AA", "S50 1AA"}
    assert codepoint.meant("S4I 7LS") == "S41 7LS"
    assert codepoint.meant("S49 9ZZ") == "S49 9ZZ"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    rows = {"QQ1 1AA": (10, 400_000, 300_000), "QQ1 1AB": (10, 400_050, 300_000), "QQ1 1AD": (10, 400_000, 300_090)}
    rows |= {"QQ1 1AE": (10, 400_700, 300_000), "QQ1 1AF": (60, 400_001, 300_001), "QQ1 1AG": (90, 0, 0)}
    with gzip.open(tmp_path / "qq.csv.gz", "wt") as lines:
        lines.writelines(f"{code},{quality},{east},{north}\n" for code, (quality, east, north) in rows.items())
    caches = (codepoint.centre, codepoint.meant, codepoint._area)
    monkeypatch.setattr(codepoint, "_data", lambda: tmp_path)
    for cache in caches:
        cache.cache_clear()
    yield tmp_path
    for cache in caches:
        cache.cache_clear()


def test_how_far_is_to_the_third_neighbour(folder):
    assert codepoint.centre("QQ1 1AA") == codepoint.Centre((400_000.0, 300_000.0), 700.0)


def test_the_middle_of_a_sector_is_far_about_and_no_position_is_none(folder):
    assert codepoint.centre("QQ1 1AF").about >= 1000
    assert codepoint.centre("QQ1 1AG") is None
    assert codepoint.listed("QQ1 1AG") is True


def test_without_the_package_nothing_is_known(monkeypatch):
    monkeypatch.setattr(codepoint, "_PACKAGE", "no-such-package")
    codepoint._data.cache_clear()
    codepoint._area.cache_clear()
    try:
        assert codepoint.listed("S41 7LS") is None
    finally:
        codepoint._data.cache_clear()
        codepoint._area.cache_clear()
