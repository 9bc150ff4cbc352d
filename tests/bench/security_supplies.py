"""What Tocsin is made of: a bill of materials, and what is known against any part of it.

``--advisories FOLDER``: a checkout of pypa/advisory-database, to read what is known where no service can be asked.
"""

import argparse
import json
import subprocess
from pathlib import Path

TOOLS = Path("var/peers-security/bin")
LOCKED = ("run", "dev")
BILL = Path("var/sbom.json")


def measure_supplies() -> None:
    """Write the bill of what runs in production, and ask pip-audit of all that is locked."""
    if not TOOLS.exists():
        print("the tools are not installed: make bench-security")
        return
    bill = ["requirements", "requirements/run.txt", "--pyproject", "pyproject.toml", "--output-reproducible"]
    subprocess.run([TOOLS / "cyclonedx-py", *bill, "--output-file", BILL], check=True, capture_output=True)
    made = json.loads(BILL.read_text("utf-8"))
    print(f"{BILL}: CycloneDX {made['specVersion']}, {len(made['components'])} components")
    for name in LOCKED:
        _audit(name)
    if (folder := _asked().advisories) is not None:
        locks = [f"requirements/{name}.txt" for name in LOCKED]
        subprocess.run([TOOLS / "python", "-m", "tests.bench.security_advisories", folder, *locks], check=True)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--advisories", type=Path)
    return parser.parse_known_args()[0]


def _audit(name: str) -> None:
    """What pip-audit knows; a part that it could not ask about is not one that nothing is known against."""
    words = ["-r", f"requirements/{name}.txt", "--no-deps", "--disable-pip", "--progress-spinner", "off", "-f", "json"]
    done = subprocess.run([TOOLS / "pip-audit", *words], check=False, capture_output=True, text=True)
    try:
        parts = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        print(f"requirements/{name}.txt: pip-audit failed: {done.stderr.strip().splitlines()[-1:]}")
        return
    asked = [part for part in parts if "vulns" in part]
    known = [f"{part['name']} {part['version']}: {vuln['id']}" for part in asked for vuln in part["vulns"]]
    print(f"requirements/{name}.txt: {len(asked)} of {len(parts)} audited, {len(known)} known vulnerabilities")
    if len(asked) < len(parts):
        print("  NOT AUDITED in full: pip-audit's database could not be reached from here for the rest")
    for one in known:
        print(f"  {one}")
