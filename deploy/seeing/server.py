"""Where metrics and health are read: /metrics, /healthz (alive), /readyz (what is missing, by name). GET alone."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import structlog
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from deploy.seeing.health import Missing

# Several parts on one machine: each takes the next port that is free.
PORTS_TRIED = 20

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What is shown: ``alive`` says whether the part's loop turns, ``missing`` what it has not."""

    alive: Callable[[], bool]
    missing: Callable[[], Iterable[Missing]]
    registry: CollectorRegistry = field(default=REGISTRY)

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Status, content type and body for a path."""
        if path == "/metrics":
            return 200, CONTENT_TYPE_LATEST, generate_latest(self.registry)
        if path == "/healthz":
            alive = self.alive()
            return (200 if alive else 503), "application/json", _json({"alive": alive})
        if path == "/readyz":
            missing = [{"name": one.name, "says": one.says, "mend": one.mend} for one in self.missing()]
            return (503 if missing else 200), "application/json", _json({"ready": not missing, "missing": missing})
        return 404, "application/json", _json({"paths": ["/metrics", "/healthz", "/readyz"]})


def _json(body: object) -> bytes:
    return json.dumps(body).encode() + b"\n"


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"
    server_version, sys_version = "tocsin", ""
    timeout = 10  # one that says nothing holds its thread no longer

    def do_GET(self) -> None:
        """Answer a path; whatever stands behind a question mark is not looked at."""
        status, kind, body = self.server.sight.answer(self.path.partition("?")[0])
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a scrape every few seconds is no news."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    sight: Sight


def show(sight: Sight, host: str, port: int) -> ThreadingHTTPServer:
    """Serve it in a thread on the first port from ``port`` on that is free; raises ``OSError`` where none is."""
    server = _bound(host, port)
    server.sight = sight
    Thread(target=server.serve_forever, kwargs={"poll_interval": 1.0}, daemon=True, name="sight").start()
    log.info("metrics and health are read here", address=f"http://{host}:{server.server_address[1]}/metrics")
    return server


def _bound(host: str, port: int) -> _Server:
    last: OSError | None = None
    for candidate in range(port, port + PORTS_TRIED) if port else (0,):
        try:
            return _Server((host, candidate), _Handler)
        except OSError as taken:
            last = taken
    raise OSError(f"no port from {port} to {port + PORTS_TRIED - 1} is free at {host}") from last
