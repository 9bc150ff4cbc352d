"""What is known against what is locked, by a checkout of the Python Packaging Advisory Database: no service is asked.

pip-audit asks a service, and has no other way; where none can be reached this is what there is, old as the checkout is.
Run in the tools' environment, which can read YAML: ``python -m tests.bench.security.advisories FOLDER LOCK…``.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

_PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^]]*\])?==([^\s;\\]+)")


def pinned(requirements: str) -> dict[str, str]:
    """The packages that a lock names, each with its version."""
    found = (_PIN.match(line) for line in requirements.splitlines())
    return {re.sub(r"[-_.]+", "-", pin[1]).lower(): pin[2] for pin in found if pin}


def known_against(folder: Path, pins: Mapping[str, str]) -> list[str]:
    """The advisories that speak of a pinned version, by package and id."""
    return [
        f"{name} {version}: {advisory['id']}"
        for name, version in sorted(pins.items())
        for advisory in _advisories(folder, name)
        if affects(advisory, name, version)
    ]


def newest(folder: Path) -> str:
    """The day of the newest advisory that stands: how old what is known may be."""
    days = re.compile(r"^(?:published|modified): ['\"]?(\d{4}-\d\d-\d\d)", re.MULTILINE)
    return max((day for file in _files(folder, "*") for day in days.findall(file.read_text("utf-8"))), default="never")


def affects(advisory: Mapping[str, Any], name: str, version: str) -> bool:
    """Whether an advisory that stands speaks of this version: it lists it, or it lies in one of its ranges."""
    if advisory.get("withdrawn"):
        return False
    mine = [one for one in advisory.get("affected", ()) if one["package"]["name"].lower() == name]
    return any(version in map(str, one.get("versions", ())) or _in_a_range(one, version) for one in mine)


def _in_a_range(affected: Mapping[str, Any], version: str) -> bool:
    ranges = [one for one in affected.get("ranges", ()) if one["type"] == "ECOSYSTEM"]
    return any(_within(one["events"], Version(version)) for one in ranges)


def _within(events: list[Mapping[str, Any]], version: Version) -> bool:
    """As OSV says: the last event at or before the version decides."""
    inside = False
    for at, what in sorted((_version(str(value)), what) for event in events for what, value in event.items()):
        if what == "introduced" and at <= version:
            inside = True
        elif (what == "fixed" and at <= version) or (what == "last_affected" and at < version):
            inside = False
    return inside


def _version(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion:
        return Version("0")  # of a range that nobody can read, everything from the start is in it


def _advisories(folder: Path, name: str) -> Iterator[Mapping[str, Any]]:
    import yaml

    for file in _files(folder, name):
        yield yaml.safe_load(file.read_text("utf-8"))


def _files(folder: Path, name: str) -> Iterator[Path]:
    yield from sorted((folder / "vulns").glob(f"{name}/PYSEC-*.yaml"))


if __name__ == "__main__":
    advisories = Path(sys.argv[1])
    print(f"advisories in {advisories}: the newest is of {newest(advisories)}; what was found since is not in them")
    for lock in map(Path, sys.argv[2:]):
        pins = pinned(lock.read_text("utf-8"))
        known = known_against(advisories, pins)
        spoken = sum(1 for name in pins if any(_files(advisories, name)))
        print(f"{lock}: {len(pins)} packages, {spoken} that it speaks of, {len(known)} known vulnerabilities")
        for one in known:
            print(f"  {one}")
