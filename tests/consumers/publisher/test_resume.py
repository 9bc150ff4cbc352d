from pathlib import Path

from consumers.publisher.resume import place_in


def test_a_place_is_kept_and_forgotten(tmp_path: Path) -> None:
    file = tmp_path / "f.jsonl"
    file.write_text("one\ntwo\n")
    place = place_in(tmp_path / "places", file, ["police", "topic-1"])
    assert (place.lines, place.sent, place.finished) == (0, 0, False)
    place.lines, place.sent = 7, 5
    place.keep()
    again = place_in(tmp_path / "places", file, ["police", "topic-1"])
    assert (again.lines, again.sent, again.finished) == (7, 5, False)
    again.forget()
    assert place_in(tmp_path / "places", file, ["police", "topic-1"]).lines == 0
    assert list((tmp_path / "places").iterdir()) == []


def test_another_file_agency_or_topic_begins_at_the_start(tmp_path: Path) -> None:
    file = tmp_path / "f.jsonl"
    file.write_text("one\ntwo\n")
    place = place_in(tmp_path, file, ["police", "topic-1"])
    place.lines = 7
    place.keep()
    assert place_in(tmp_path, file, ["fire", "topic-1"]).lines == 0
    assert place_in(tmp_path, file, ["police", "topic-2"]).lines == 0
    moved = tmp_path / "sub" / "f.jsonl"
    moved.parent.mkdir()
    moved.write_text("one\ntwo\n")
    assert place_in(tmp_path, moved, ["police", "topic-1"]).lines == 7  # the same file elsewhere
    file.write_text("one\ntwx\n")
    assert place_in(tmp_path, file, ["police", "topic-1"]).lines == 0


def test_a_place_that_cannot_be_read_is_the_start(tmp_path: Path) -> None:
    file = tmp_path / "f.jsonl"
    file.write_text("x")
    place = place_in(tmp_path, file, [])
    for rubbish in ("", "{", "[]", '{"lines": null}'):
        place.kept_in.write_text(rubbish)
        assert place_in(tmp_path, file, []).lines == 0
