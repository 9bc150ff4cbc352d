"""What a command that only tells of itself does not wait for."""

import subprocess
import sys

HEAVY = ("sqlalchemy", "kafka", "aiokafka", "faust", "numpy", "schemas.tables")


def test_help_loads_neither_the_store_nor_the_broker() -> None:
    said = f"import sys, deploy.cli; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
