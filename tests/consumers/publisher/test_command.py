import json
from pathlib import Path

import pytest

from consumers.publisher.command import publish_command
from schemas.settings import Settings
from tests.consumers.publisher.files import a_report, jsonl, street, write


def no_broker() -> str:
    raise AssertionError("a broker was asked for")


def check(folder: Path, *files: Path, **options: object) -> int:
    settings = Settings(var=folder / "var")
    return publish_command(settings, no_broker, files=list(files), agency="police", check=True, **options)  # type: ignore[arg-type]


def test_a_check_needs_no_broker(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = jsonl(tmp_path / "f.jsonl", [a_report(1), a_report(2)])
    assert check(tmp_path, file) == 0
    assert capsys.readouterr().out == "2 good, 0 with problems\n"


def test_a_check_tells_each_problem_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = jsonl(tmp_path / "f.jsonl", [a_report(1), a_report(2, category="burglry")])
    assert check(tmp_path, file, as_json=True) == 1
    said = capsys.readouterr()
    assert json.loads(said.out) | {"seconds": 0} == {"good": 1, "already": 0, "unusable": 1, "refused": 0, "seconds": 0}
    assert "f.jsonl, line 2: category is not a known category; the nearest is burglary" in said.err


def test_many_problems_are_counted_and_the_first_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path / "f.jsonl", "no\n" * 50)
    assert check(tmp_path, file) == 1
    said = capsys.readouterr()
    assert said.err.count("it is not JSON") == 20
    assert "and 30 more" in said.err
    assert said.out == "0 good, 50 with problems\n"


def test_what_a_file_says_cannot_command_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path / "street.csv", street({"Crime type": "\x1b[2J[red]"}))
    assert check(tmp_path, file, format="police-uk") == 1
    said = capsys.readouterr().err
    assert "\x1b" not in said
    assert "[red]" in said


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("f.xml", {}, "do not say which format"),
        ("f.jsonl", {"format": "xml"}, "no format 'xml'"),
        ("f.jsonl", {"mapping": Path("m.toml")}, "a mapping is for csv"),
        ("f.csv", {"mapping": Path("missing.toml")}, "missing.toml"),
        ("f.csv", {}, "is no field of a report"),
    ],
)
def test_what_cannot_be_done_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, options: dict[str, object], says: str
) -> None:
    assert check(tmp_path, write(tmp_path / name, "nonsense\nx\n"), **options) == 2
    assert says in capsys.readouterr().err
