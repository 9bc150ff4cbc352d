"""What Slack and Teams are sent, heard by a stand-in of this machine: they themselves cannot be called from here."""

import json
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from tenacity import wait_none

from consumers.notices.message import Message
from consumers.notices.sender import sender
from consumers.notices.ways import Ways
from tests.certificates import self_signed

SLACK, TEAMS = "hooks.slack.com", "prod-00.westeurope.logic.azure.com"
ADDRESSES = {
    "slack": f"https://{SLACK}/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
    "teams": f"https://{TEAMS}:443/workflows/643e69f83c8944438d68119179a10a64/triggers/manual/paths/invoke"
    "?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=KODuebWbDGYFr0z0eu-6Rj8aUKz7108W3wrNJZxFE5A",
}
MESSAGE = Message(id="6f9619ff", subject="Tocsin: high alert, spike", body="[high] Noise at night\n  raised today")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what Apprise imports
WAYS = Ways(hosts=frozenset({SLACK, TEAMS}), resolve=lambda _host: ["203.0.113.9"])


@pytest.fixture
def heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str, Any]]]:
    """What came for either host, path and body: the way there leads through a proxy, which answers itself."""
    cert, key = self_signed(tmp_path, [x509.DNSName(SLACK), x509.DNSName(TEAMS)])
    came: list[tuple[str, str, Any]] = []
    theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    theirs.load_cert_chain(cert, key)

    class StandIn(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_CONNECT(self) -> None:
            self.send_response_only(200)
            self.end_headers()
            self.connection = theirs.wrap_socket(self.connection, server_side=True)
            self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
            self.close_connection = False

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            came.append((self.headers["host"].partition(":")[0], self.path, body))
            self.send_response(200)
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def finish(self) -> None:
            super().finish()
            self.connection.close()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(cert))
    yield came
    server.shutdown()
    server.server_close()


def test_slack_is_sent_an_attachment_with_the_subject_as_its_title(heard: list[tuple[str, str, Any]]) -> None:
    assert sender(WAYS, wait_none())("slack", ADDRESSES["slack"], MESSAGE)
    ((host, path, body),) = heard
    assert (host, path) == (SLACK, "/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ")
    (said,) = body["attachments"]
    assert (said["title"], said["text"]) == (MESSAGE.subject, MESSAGE.body)
    assert body["mrkdwn"] is False, "what a title holds is text, whatever it looks like"
    assert "github" not in json.dumps(body), "nobody's client is sent to fetch a picture elsewhere"


def test_teams_is_sent_an_adaptive_card_in_a_message(heard: list[tuple[str, str, Any]]) -> None:
    assert sender(WAYS, wait_none())("teams", ADDRESSES["teams"], MESSAGE)
    ((host, path, body),) = heard
    assert (host, path) == (TEAMS, ADDRESSES["teams"].partition(":443")[2])
    assert body["type"] == "message"
    (card,) = body["attachments"]
    assert card["contentType"] == "application/vnd.microsoft.card.adaptive"
    title, text = card["content"]["body"]
    assert (card["content"]["type"], title["text"]) == ("AdaptiveCard", MESSAGE.subject)
    assert text["text"] == r"\[high\] Noise at night" + "\n  raised today", "its signs of markdown are kept as text"
    assert "github" not in json.dumps(body)
