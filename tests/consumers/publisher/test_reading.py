"""JSON lines, names of reports, and whether the pipeline would take them."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from consumers.publisher import jsonl as jsonl_format
from consumers.publisher.formats import format_of
from consumers.publisher.lines import UnreadableFile
from consumers.publisher.naming import NAMELESS, read_name
from consumers.publisher.validate import problems_with
from schemas.agencies import load_partnership
from schemas.envelope import MessageName, names_another, read_envelope
from schemas.report import read_report
from tests.consumers.publisher.files import a_report, jsonl, lines_of, write


def test_lines_go_as_they_stand_and_blank_ones_are_passed_over(tmp_path: Path) -> None:
    file = write(tmp_path / "f.jsonl", '{"id": "a"}\n\n  not json \n{"id":"b"}')
    lines = lines_of(file, "jsonl")
    assert [(line.number, line.raw) for line in lines] == [(1, b'{"id": "a"}'), (3, b"not json"), (4, b'{"id":"b"}')]
    assert [line.name.id for line in lines] == ["a", None, "b"]
    assert [line.number for line in lines_of(file, "jsonl", after=3)] == [4]


def test_gzip_is_known_by_its_bytes(tmp_path: Path) -> None:
    packed = write(tmp_path / "f.jsonl.gz", '{"id": "a"}\n')
    plain = write(tmp_path / "f.jsonl", '{"id": "a"}\n')
    assert lines_of(packed, "jsonl") == lines_of(plain, "jsonl")
    half = tmp_path / "half.jsonl.gz"
    half.write_bytes(gzip.compress(b"x" * 100_000 + b"\n")[:60])
    with pytest.raises(UnreadableFile, match="cannot be unpacked"):
        lines_of(half, "jsonl")


def test_a_line_without_end_does_not_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl_format, "LONGEST", 100)
    file = write(tmp_path / "f.jsonl", "x" * 350 + '\n{"id":"b"}\n' + "y" * 99 + "\n" + "z" * 1000)
    lines = lines_of(file, "jsonl")
    assert [(line.number, line.raw is None) for line in lines] == [(1, True), (2, False), (3, False), (4, True)]


def test_what_is_sent_twice_is_named_alike() -> None:
    name = read_name(json.dumps(a_report(7, version=3)).encode())
    assert (name.id, name.version, name.at) == ("r7", 3, datetime(2024, 3, 1, 10, tzinfo=UTC))
    headers = name.headers("police")
    assert headers == read_name(json.dumps(a_report(7, version=3), indent=1).encode()).headers("police")
    assert read_envelope(headers).name == MessageName(source="police", id="police:r7:3")


@pytest.mark.parametrize("report_id", ["housing:1", "housing", "urn:x:fire", "é a", "\u00a0x"])
def test_no_id_makes_the_headers_speak_for_another_agency(report_id: str) -> None:
    name = read_name(json.dumps(a_report(id=report_id)).encode())
    assert name.id == report_id
    assert name.headers("police")
    assert not names_another(name.headers("police"), "police", load_partnership())


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no",
        b"[]",
        b'{"id": 3}',
        b'{"id": ""}',
        b'{"id": "a\\nb"}',
        b"\xff\xfe",
        b"[" * 10_000,
        b'{"id":"' + b"x" * 129 + b'"}',
    ],
)
def test_a_record_with_no_readable_id_has_no_name(raw: bytes) -> None:
    assert read_name(raw) == NAMELESS
    assert read_name(raw).headers("police") == ()


@pytest.mark.parametrize("at", ["yesterday", "2024-03-01T10:00:00", "0001-01-01T00:00:00+14:00", 5])
def test_a_time_that_cannot_be_read_leaves_the_headers_out(at: object) -> None:
    name = read_name(json.dumps(a_report(reported_at=at)).encode())
    assert name.id == "r1"
    assert name.headers("police") == ()


def test_a_byte_order_mark_does_not_hide_the_name() -> None:
    assert read_name(b"\xef\xbb\xbf" + json.dumps(a_report()).encode()).id == "r1"


def test_a_good_report_has_no_problems() -> None:
    assert problems_with(a_report(), "police") == []
    assert problems_with(json.dumps(a_report()).encode(), "police") == []
    assert problems_with(read_report(a_report()), "police") == []


@pytest.mark.parametrize(
    ("report", "says"),
    [
        (b"no", "it is not JSON"),
        (b"\xff", "it is not UTF-8"),
        (b"[1]", "it is not a JSON object"),
        (b'{"id":1,"id":2}', "the key id stands twice in one object"),
        (b"x" * (1024 * 1024 + 1), "it is over 1 MiB"),
        (a_report(agency="fire"), "agency is fire, but it is sent as police"),
        (a_report(catgory="x"), "catgory is not a known field; the nearest is category"),
        (a_report(extension=json.loads('{"a":' * 32 + "1" + "}" * 32)), "it is nested deeper than 32"),
    ],
)
def test_a_wrong_report_is_told(report: bytes | dict, says: str) -> None:
    assert says in problems_with(report, "police")


def test_depth_of_32_is_taken() -> None:
    assert problems_with(a_report(extension=json.loads('{"a":' * 31 + "1" + "}" * 31)), "police") == []


def test_the_format_is_told_by_the_names(tmp_path: Path) -> None:
    assert format_of([Path("a.jsonl"), Path("b.ndjson.gz")]) == "jsonl"
    assert format_of([Path("A.CSV.gz")]) == "csv"
    for names in ([Path("a.csv"), Path("b.jsonl")], [Path("a.xml")]):
        with pytest.raises(ValueError, match="do not say which format"):
            format_of(names)


def test_files_make_jsonl(tmp_path: Path) -> None:
    assert len(lines_of(jsonl(tmp_path / "x.jsonl", [a_report(n) for n in range(3)]), "jsonl")) == 3
