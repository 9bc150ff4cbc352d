"""Write ``jars.lock`` anew: ``python -m deploy.broker.lock`` resolves what is wanted and notes each SHA-256.

jgo's own lock carries the hour it was made and the machine's choices; ours is only coordinates and checksums.
"""

import tempfile
from pathlib import Path

import jgo

from deploy.broker.jars import WANTED

HEAD = "# The embedded broker's jars. Made by `python -m deploy.broker.lock`; do not edit.\n"


def main() -> None:
    """Resolve and write."""
    with tempfile.TemporaryDirectory() as folder:
        made = jgo.build("+".join(WANTED), cache_dir=Path(folder)).lockfile
    if made is None:
        raise SystemExit("jgo wrote no lock")
    lines = [f"{jar.groupId}:{jar.artifactId}:{jar.version} {jar.sha256}\n" for jar in made.dependencies]
    Path(__file__).with_name("jars.lock").write_text(HEAD + "".join(lines), "utf-8")


if __name__ == "__main__":
    main()
