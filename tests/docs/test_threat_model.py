"""Every threat names a test that holds it, and every test that is named exists."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODEL = (ROOT / "docs/threat-model.md").read_text("utf-8")
THREATS = re.findall(r"^\| (?!threat |---)(.+?) \| (.+) \|$", MODEL, re.MULTILINE)
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def named_in(file: str) -> set[str]:
    body = ast.parse((ROOT / "tests" / file).read_text("utf-8")).body
    return {part.name for part in body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_there_are_threats() -> None:
    assert len(THREATS) > 30


@pytest.mark.parametrize(("threat", "held"), THREATS, ids=[threat for threat, _ in THREATS])
def test_each_threat_is_held_by_tests_that_exist(threat: str, held: str) -> None:
    named = NAMED.findall(held)
    assert named, threat
    for file, name in named:
        assert name in named_in(file), f"{file}::{name}"
    assert NAMED.sub("", held).strip(" ,") == ""
