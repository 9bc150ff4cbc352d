"""Which Java the broker runs on."""

from pathlib import Path

import pytest

from deploy.broker.errors import BrokerAway
from deploy.broker.java import find_java


def java_that_says(said: str, folder: Path) -> Path:
    path = folder / "java"
    path.write_text(f"#!/bin/sh\necho '{said}' >&2\n")
    path.chmod(0o700)
    return path


def test_the_wheel_brings_one() -> None:
    found = find_java(None)
    assert found.major >= 17
    assert find_java(found.path) == found  # and, asked, it says the same


@pytest.mark.parametrize(("said", "major"), [('openjdk version "17.0.11" 2024-04-16', 17), ('java version "21"', 21)])
def test_a_named_one_is_asked_its_version(said: str, major: int, tmp_path: Path) -> None:
    assert find_java(java_that_says(said, tmp_path)).major == major


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ('openjdk version "1.8.0_402"', "is Java 8; the embedded broker needs 17 or later"),
        ('openjdk version "11.0.2" 2019-01-15', "is Java 11"),
        ("a teapot", "does not say which Java it is"),
    ],
)
def test_one_that_is_too_old_or_none_is_refused(said: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(BrokerAway, match=why):
        find_java(java_that_says(said, tmp_path))


def test_one_that_is_not_there_or_cannot_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokerAway, match="there is no Java at"):
        find_java(tmp_path / "no-java")
    broken = tmp_path / "java"
    broken.write_bytes(b"\x7fELF and no more")
    broken.chmod(0o700)
    with pytest.raises(BrokerAway, match="does not run as a Java"):
        find_java(broken)


def test_a_relative_one_is_known_from_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java = java_that_says('openjdk version "21"', tmp_path)
    monkeypatch.chdir(tmp_path)
    assert find_java(Path("./java")).path == java
