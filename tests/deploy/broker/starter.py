"""A process that starts the embedded broker, says what it has, and holds it until its input closes or it is killed."""

import json
import sys
from pathlib import Path

from deploy.broker.embedded import ensure_broker
from schemas.settings import Settings

if __name__ == "__main__":
    with ensure_broker(Settings(var=Path(sys.argv[1]), broker_port=int(sys.argv[2]), broker=None)) as running:
        print(json.dumps({"bootstrap": running.bootstrap, "started_here": running.started_here}), flush=True)
        sys.stdin.read()
