"""A bare Faust agent, the ceiling: how fast it reads the records of a topic, with nothing done about them.

``python -m tests.bench.speed.bare_agent BOOTSTRAP TOPIC COUNT`` prints the seconds from the first record to the last.
"""

import os
import sys
import tempfile
import time

import faust


def main() -> None:
    """Read so many records, print, end."""
    bootstrap, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    app = faust.App(
        "bench-bare-agent",
        broker=f"kafka://{bootstrap}",
        store="memory://",
        datadir=tempfile.mkdtemp(prefix="tocsin-bare-"),
        value_serializer="raw",
        consumer_auto_offset_reset="earliest",
        stream_wait_empty=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        worker_redirect_stdouts=False,
        autodiscover=False,
        loghandlers=[],
    )

    async def read(stream: faust.StreamT) -> None:
        seen, began = 0, 0.0
        async for _ in stream:
            seen += 1
            began = began or time.monotonic()
            if seen == count:
                print(time.monotonic() - began, flush=True)
                os._exit(0)  # an app that is stopped from inside leaves its worker waiting

    app.agent(app.topic(name, value_type=bytes, value_serializer="raw"), name="read", concurrency=1)(read)
    runner = app.Worker(loglevel=None, quiet=True, override_logging=False)
    runner.spinner = None
    runner.execute_from_commandline()


if __name__ == "__main__":
    main()
