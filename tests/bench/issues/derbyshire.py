"""Three months of Derbyshire's published crime and anti-social behaviour through the broker into the store."""

import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from deploy.processes import environment
from tests.bench.running import stored, taken, tocsin, wait_until_stored

FILES = sorted(Path("../shared/data/police_uk_derbyshire").glob("*.csv.gz"))


def measure_derbyshire() -> None:
    """Publish the files as an agency would, and read what was made of them."""
    if not FILES:
        print("left out: ../shared/data/police_uk_derbyshire is not here")
        return
    with tocsin() as made:
        made.start_worker()
        started = time.monotonic()
        command = ["-m", "deploy.cli", "publish", *map(str, FILES), "--agency", "police", "--format", "police-uk"]
        said = subprocess.run(
            [sys.executable, *command], env=environment(made.settings), capture_output=True, text=True, check=False
        )
        print(said.stdout.strip() or said.stderr.strip())
        sent = sum(end for (topic, _), end in made.ends().items() if topic.endswith(".police.v1"))
        stored_at = wait_until_stored(made, sent)
        made.close(1800.0)
        through = time.monotonic()
        print(f"sent {sent}, taken {taken(made)}, stored {stored(made)}, outcomes {made.outcomes()}")
        print(f"first send to last stored   {sent / (stored_at - started):8.0f} reports/s")
        print(f"first send to last stage    {sent / (through - started):8.0f} reports/s")
        alerts = [json.loads(line) for line in made.export("alerts")]
        print(f"alerts {len(alerts)}: {dict(Counter(alert['kind'] for alert in alerts))}")
        for alert in sorted(alerts, key=lambda one: -one["score"])[:20]:
            area = alert.get("area") or {}
            print(f"- {alert['title']} | {area.get('name')} {area.get('lat')},{area.get('lon')} | {alert['why']}")
