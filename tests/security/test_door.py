"""Who is not let in, and what they are told; kafka-python by itself would only wait."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from consumers.broker import BrokerAway, LoginRefused, TopicForbidden, look_up
from consumers.publisher import Publisher
from deploy.broker.authority import Pair, new_authority, sign
from deploy.broker.doctor import examine
from deploy.broker.embedded import broker_for
from deploy.broker.errors import BrokerAway as NoBroker
from deploy.broker.safe import write_secret
from schemas.access import PLAIN, Access, settings_of
from schemas.settings import Settings
from schemas.topics import ALERTS, INBOUND
from tests.security.secured import Secured

pytestmark = pytest.mark.broker

LONG_AGO = datetime.now(UTC) - timedelta(days=800)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consumers.broker.BOOTSTRAP_MS", 1_000)


def certified(secured: Secured, folder: Path, pair: Pair) -> Access:
    write_secret(folder / "own.crt", pair.certificate_pem)
    write_secret(folder / "own.key", pair.key_pem)
    return replace(secured.running.workers, certificate_file=folder / "own.crt", key_file=folder / "own.key")


def test_a_wrong_password_and_an_unknown_user_are_told(secured: Secured) -> None:
    access = secured.access("fire")
    for wrong in (replace(access, password=SecretStr("guessed")), replace(access, user="fire.1")):
        with pytest.raises(LoginRefused, match=f"does not let user {wrong.user} in: there is no such user, or"):
            look_up(secured.bootstrap, INBOUND.topic("fire"), wrong.login)
    told = secured.settings.model_copy(update={"broker": secured.bootstrap, **settings_of(wrong)})
    with pytest.raises(NoBroker, match=r"does not let user fire\.1 in"):
        broker_for(told)
    (finding,) = [one for one in examine(told) if one.name == "broker"]
    assert not finding.ok
    assert "does not let user fire.1 in" in finding.says
    assert "guessed" not in str(wrong) + str(told)


def test_a_plain_client_is_refused_at_every_port(secured: Secured) -> None:
    controller = secured.home.listens_on("CONTROLLER")
    for address in (secured.bootstrap, secured.mutual, f"127.0.0.1:{controller}"):
        with pytest.raises(LoginRefused, match="takes no plain connections: set TOCSIN_BROKER_PROTOCOL"):
            look_up(address, INBOUND.topic("fire"), PLAIN.login)
    assert "PLAINTEXT" not in secured.home.properties.read_text()


def test_a_certificate_of_another_authority_an_expired_one_and_none_are_refused(
    secured: Secured, tmp_path: Path
) -> None:
    assert secured.running.safe
    ours = secured.running.safe.authority()
    stranger = certified(secured, tmp_path / "a", sign(new_authority(), "worker"))
    expired = certified(secured, tmp_path / "b", sign(ours, "worker", now=LONG_AGO))
    nameless = Access(protocol="ssl", ca_file=secured.running.safe.ca)
    for wrong in (stranger, expired, nameless):
        for port in (secured.mutual, f"127.0.0.1:{secured.home.listens_on('CONTROLLER')}"):
            with pytest.raises(LoginRefused, match="refuses our certificate, or the lack of one"):
                look_up(port, INBOUND.topic("fire"), wrong.login)


def test_a_broker_with_a_certificate_of_another_authority_or_an_expired_one_is_not_spoken_to(
    secured: Secured, tmp_path: Path
) -> None:
    access = secured.access("fire")
    other = tmp_path / "other.pem"
    write_secret(other, new_authority().certificate_pem)
    with pytest.raises(LoginRefused, match="is not trusted: unable to get local issuer certificate"):
        look_up(secured.bootstrap, INBOUND.topic("fire"), replace(access, ca_file=other).login)
    assert secured.running.safe
    expired = sign(secured.running.safe.authority(), "broker", serves=True, now=LONG_AGO)
    with (
        serving(tmp_path, expired) as (address, heard),
        pytest.raises(LoginRefused, match="is not trusted: certificate has expired"),
    ):
        look_up(address, INBOUND.topic("fire"), access.login)
    assert heard == []  # not a byte of ours, let alone the password


@contextmanager
def serving(folder: Path, pair: Pair) -> Iterator[tuple[str, list[bytes]]]:
    """A server with that certificate; and what it heard."""
    write_secret(folder / "server.pem", pair.key_pem + pair.certificate_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    heard: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                taken, _ = door.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(taken, server_side=True) as tls:
                    heard.append(tls.recv(100))
            except OSError:
                continue

    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"127.0.0.1:{door.getsockname()[1]}", heard
        door.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def test_a_topic_of_another_is_told_to_be_forbidden(secured: Secured) -> None:
    login = secured.access("fire").login
    with pytest.raises(TopicForbidden, match=r"does not let this login use tocsin.alerts.housing.v1"):
        look_up(secured.bootstrap, ALERTS.topic("housing"), login)
    with Publisher("housing", secured.bootstrap, login=login) as publisher, pytest.raises(TopicForbidden):
        publisher.send(b"{}")
    with (
        Publisher("fire", secured.bootstrap, login={**login, "sasl_plain_password": "x"}) as publisher,
        pytest.raises(LoginRefused),
    ):
        publisher.send(b"{}")


def test_an_agency_may_come_with_a_certificate_and_has_the_same_rights(secured: Secured, tmp_path: Path) -> None:
    from deploy.agencies.certificate import certify

    assert secured.running.safe
    certificate, key = certify(secured.desk, secured.running.safe, "fire")
    access = replace(secured.running.workers, certificate_file=certificate, key_file=key)
    assert look_up(secured.mutual, INBOUND.topic("fire"), access.login).partitions == (0, 1)
    with pytest.raises(TopicForbidden):
        look_up(secured.mutual, INBOUND.topic("fire-east"), access.login)
    # one that our authority signed for a user nobody made has no rights at all
    nobody = certified(secured, tmp_path, sign(secured.running.safe.authority(), "fire.1"))
    with pytest.raises(TopicForbidden):
        look_up(secured.mutual, INBOUND.topic("fire"), nobody.login)


def test_nobody_is_there(secured: Secured) -> None:
    with pytest.raises(BrokerAway, match="does not answer"):
        look_up("127.0.0.1:1", INBOUND.topic("fire"), secured.access("fire").login)


def test_no_secret_is_open_to_others_or_stands_in_a_log_or_a_list_of_processes(secured: Secured) -> None:
    import psutil

    safe = secured.running.safe
    assert safe
    assert safe.open_to_others() == []
    assert [folder.stat().st_mode & 0o777 for folder in (safe.path, safe.logins)] == [0o700, 0o700]
    passwords = [secured.access(agency).password for agency in secured.partnership]
    secrets = [one.get_secret_value() for one in passwords if one] + [safe.admin_password.read_text().strip()]
    assert len(set(secrets)) == len(secured.partnership) + 1
    said = [" ".join(process.info["cmdline"] or ()) for process in psutil.process_iter(["cmdline"])]
    said += [file.read_text("utf-8", "replace") for file in secured.home.path.iterdir() if file.is_file()]
    said += [repr(secured), repr(secured.access("fire"))]
    assert not [secret for secret in secrets if any(secret in text for text in said)]
    assert Settings(var=secured.settings.var, secure=True).secure
