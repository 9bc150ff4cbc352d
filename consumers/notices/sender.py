"""Sending one message by one channel, through Apprise: it says whether it got through, and nothing of why in a log."""

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from apprise import Apprise, AppriseAsset, NotifyFormat
from tenacity import Retrying, retry_if_result, stop_after_attempt, wait_fixed
from tenacity.wait import wait_base

from consumers.notices.message import Message
from consumers.notices.ways import Mail, NotAllowedThere, Ways

AT_ONCE, BETWEEN_S = 2, 2.0  # a line that breaks for a moment is tried again before the channel counts as away
# What Apprise says of a failure holds the address, which for a webhook is a secret.
logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)

Send = Callable[[str, str, Message], bool]


def sender(ways: Ways, wait: wait_base = wait_fixed(BETWEEN_S)) -> Send:  # noqa: B008 - it keeps nothing
    """Something that sends a message to a channel's kind and address; whether it got through."""

    def send(kind: str, address: str, message: Message) -> bool:
        try:
            ways.check_now(kind, address)
        except (NotAllowedThere, OSError):
            return False
        post = _post(ways.mail, kind, address, message)
        again = Retrying(
            stop=stop_after_attempt(AT_ONCE),
            wait=wait,
            retry=retry_if_result(lambda through: not through),
            retry_error_callback=lambda state: False,  # noqa: ARG005
        )
        return bool(again(post.notify, body=message.body, title=message.subject, body_format=NotifyFormat.TEXT))

    return send


def _post(mail: Mail | None, kind: str, address: str, message: Message) -> Any:
    """Apprise with the one service; redirects are not followed, for they would lead past the list of hosts.

    No picture goes with it: Apprise's own lie elsewhere, and whoever reads the message would fetch them from there.
    """
    asset = AppriseAsset(app_id="Tocsin", app_desc="Tocsin notices", http_redirects=False, image_url_mask="")
    post = Apprise(asset=asset)
    if kind == "email" and mail is not None:
        post.add(_mail(mail, address, message))
    elif kind in ("teams", "slack"):
        post.add(address)  # their own addresses, which Apprise knows by their form
    else:
        post.add(_web(kind, address, message))
    return post


def _mail(mail: Mail, address: str, message: Message) -> dict[str, Any]:
    login: dict[str, Any] = {}
    if mail.user is not None and mail.password_file is not None:
        login = {"user": mail.user, "password": mail.password_file.read_text("utf-8").splitlines()[0]}
    return {
        "schema": "mailto",
        "host": mail.host,
        "port": mail.port,
        "smtp_host": mail.host,
        "from_addr": mail.sender,
        "secure_mode": mail.mode,
        "targets": [address],
        "headers": {"Message-ID": f"<{message.id}@tocsin>", "Auto-Submitted": "auto-generated"},
        "format": "text",
        **login,
    }


def _web(kind: str, address: str, message: Message) -> dict[str, Any]:
    url = urlsplit(address)
    safe = "s" if url.scheme == "https" else ""
    reached = {"host": url.hostname, "port": url.port, "secure": bool(safe)}
    if kind == "ntfy":
        return {"schema": f"ntfy{safe}", **reached, "targets": [part for part in url.path.split("/") if part]}
    named = {"X-Tocsin-Message": message.id}  # so that whoever listens can drop one that comes again
    return {"schema": f"json{safe}", **reached, "fullpath": url.path or "/", "headers": named}
