"""Real messages to a real mail server and a real web server, both of this machine."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from tenacity import wait_none

from consumers.notices.message import Message
from consumers.notices.sender import sender
from consumers.notices.ways import Mail, Ways
from deploy.broker.ports import free_port

MESSAGE = Message(
    id="6f9619ff-8b86-d011-b42d-00cf4fc964ff", subject="Tocsin: high alert, spike", body="[high] Ä\n  raised"
)
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # aiosmtpd's own


class Mailbox:
    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.mails.append(envelope)
        return "250 OK"


@contextmanager
def a_mail_server(box: Mailbox) -> Iterator[Mail]:
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield Mail(host="127.0.0.1", port=controller.port, mode="insecure", sender="tocsin@council.example")
    finally:
        controller.stop()


@contextmanager
def a_web_server(answers: list[int]) -> Iterator[tuple[str, list[tuple[str, Any, str]]]]:
    heard: list[tuple[str, Any, str]] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            heard.append((self.path, body, self.headers.get("X-Tocsin-Message", "")))
            status = answers.pop(0) if answers else 200
            self.send_response(status)
            if status == 302:
                self.send_header("location", "/elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", heard
    finally:
        server.shutdown()
        server.server_close()


def at_home(**others: Any) -> Ways:
    return Ways(hosts=frozenset({"127.0.0.1"}), domains=frozenset({"council.example"}), loopback=True, **others)


def test_a_mail_arrives_as_it_was_written() -> None:
    box = Mailbox()
    with a_mail_server(box) as mail:
        assert sender(at_home(mail=mail), wait_none())("email", "ann@council.example", MESSAGE)
    (envelope,) = box.mails
    assert envelope.rcpt_tos == ["ann@council.example"]
    read = message_from_bytes(envelope.content, policy=policy.default)
    assert read["subject"] == MESSAGE.subject
    assert read["message-id"] == f"<{MESSAGE.id}@tocsin>"
    assert MESSAGE.id in str(read["message-id"])
    assert "[high] Ä" in read.get_body(("plain",)).get_content()


def test_a_webhook_hears_it_and_can_tell_one_that_comes_again() -> None:
    with a_web_server([]) as (url, heard):
        assert sender(at_home(), wait_none())("webhook", f"{url}/hook", MESSAGE)
    ((path, body, id),) = heard
    assert (path, id) == ("/hook", MESSAGE.id)
    assert json.loads(body)["title"] == MESSAGE.subject


def test_ntfy_hears_it() -> None:
    with a_web_server([]) as (url, heard):
        assert sender(at_home(), wait_none())("ntfy", f"{url}/topic", MESSAGE)
    assert b"raised" in heard[0][1]


def test_one_that_fails_for_a_moment_is_tried_again_and_one_that_stays_away_is_told() -> None:
    with a_web_server([500]) as (url, heard):
        assert sender(at_home(), wait_none())("webhook", f"{url}/hook", MESSAGE)
        assert len(heard) == 2
    with a_web_server([500, 500, 500]) as (url, heard):
        assert not sender(at_home(), wait_none())("webhook", f"{url}/hook", MESSAGE)
    assert not sender(at_home(), wait_none())("webhook", f"http://127.0.0.1:{free_port()}/", MESSAGE)


def test_nobody_is_followed_elsewhere() -> None:
    with a_web_server([302, 302]) as (url, heard):
        assert not sender(at_home(), wait_none())("webhook", f"{url}/hook", MESSAGE)
    assert {path for path, _, _ in heard} == {"/hook"}


def test_what_may_not_be_reached_is_not_called() -> None:
    with a_web_server([]) as (url, heard):
        assert not sender(Ways(hosts=frozenset({"127.0.0.1"})), wait_none())("webhook", f"{url}/hook", MESSAGE)
    assert heard == []


def test_a_failure_says_nothing_in_a_log(caplog: pytest.LogCaptureFixture) -> None:
    with a_web_server([500, 500]) as (url, _):
        sender(at_home(), wait_none())("webhook", f"{url}/secret-token", MESSAGE)
    assert "secret-token" not in caplog.text
