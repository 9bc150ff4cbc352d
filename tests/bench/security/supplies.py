"""What Tocsin is made of: a bill of materials, and what is known against any part of it.

``--advisories FOLDER``: a checkout of pypa/advisory-database, to read what is known where no service can be asked.
"""

import argparse
import json
import shutil
import subprocess
from base64 import b64decode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

TOOLS = Path("var/peers-security/bin")
LOCKED = ("run", "dev")
BILL = Path("var/sbom.json")
PAGE = Path("consumers/web/assets")  # what the page is dressed in comes from npm


def measure_supplies() -> None:
    """Write the bill of what runs and of what the page is built, and ask what is known of all that is locked."""
    if not TOOLS.exists():
        print("the tools are not installed: make bench-security")
        return
    bill = ["requirements", "requirements/run.txt", "--pyproject", "pyproject.toml", "--output-reproducible"]
    subprocess.run([TOOLS / "cyclonedx-py", *bill, "--output-file", BILL], check=True, capture_output=True)
    made = json.loads(BILL.read_text("utf-8"))
    page = list(of_the_page(json.loads((PAGE / "package-lock.json").read_text("utf-8"))))
    python = len(made["components"])
    made["components"] += page
    BILL.write_text(json.dumps(made, indent=2) + "\n", "utf-8")
    print(f"{BILL}: CycloneDX {made['specVersion']}, {python} components of Python's, {len(page)} of npm's")
    for name in LOCKED:
        _audit(name)
    _audit_page(len(page))
    if (folder := _asked().advisories) is not None:
        locks = [f"requirements/{name}.txt" for name in LOCKED]
        subprocess.run([TOOLS / "python", "-m", "tests.bench.security.advisories", folder, *locks], check=True)


def of_the_page(lock: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The packages of an npm lock as components of a bill; what only builds or tests is left out of what is shipped."""
    for place, part in sorted(lock["packages"].items()):
        if not place:
            continue  # the page itself
        name, version = place.rpartition("node_modules/")[2], part["version"]
        purl = f"pkg:npm/{quote(name, safe='/')}@{version}"
        found = {"type": "library", "bom-ref": f"npm:{place}", "name": name, "version": version, "purl": purl}
        found["scope"] = "excluded" if part.get("dev") else "required"
        if part.get("license"):
            found["licenses"] = [{"expression": part["license"]}]
        if part.get("integrity", "").startswith("sha512-"):
            digest = b64decode(part["integrity"].removeprefix("sha512-")).hex()
            found["hashes"] = [{"alg": "SHA-512", "content": digest}]
        yield found


def _audit_page(count: int) -> None:
    """What npm's service knows of the page's packages, where npm is and its service answers."""
    if shutil.which("npm") is None:
        print(f"{PAGE}: NOT AUDITED: there is no npm here")
        return
    words = ["npm", "audit", "--package-lock-only", "--json"]
    done = subprocess.run(words, cwd=PAGE, check=False, capture_output=True, text=True)
    try:
        known = json.loads(done.stdout)["vulnerabilities"]
    except (ValueError, KeyError):
        print(f"{PAGE}: NOT AUDITED: npm's service did not answer for the {count} packages")
        return
    print(f"{PAGE}: {count} packages audited, {len(known)} known to be vulnerable: {', '.join(sorted(known))}")


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
