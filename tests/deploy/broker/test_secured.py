"""The secured embedded broker: its certificates and secrets, and that it comes back with its users."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from deploy.agencies.apply import apply_agencies, desk_of
from deploy.broker.authority import new_authority, runs_out, sign
from deploy.broker.embedded import ensure_broker
from deploy.broker.errors import BrokerAway
from deploy.broker.health import ask
from deploy.broker.properties import Ports, server_properties
from deploy.broker.safe import WORKER, Safe
from deploy.broker.unseen import salted, unseen
from schemas.access import access_of
from schemas.agencies import Agency
from schemas.settings import Settings
from tests.conftest import broker_settings


def test_a_certificate_names_its_user_and_this_machine_and_is_signed_by_the_authority() -> None:
    authority = new_authority()
    made = sign(authority, "broker", serves=True)
    made.certificate.verify_directly_issued_by(authority.certificate)
    assert made.certificate.subject.rfc4514_string() == "CN=broker,O=Tocsin"
    names = made.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert "localhost" in names.get_values_for_type(x509.DNSName)
    assert "127.0.0.1" in map(str, names.get_values_for_type(x509.IPAddress))
    assert not runs_out(made.certificate_pem)
    assert runs_out(made.certificate_pem, datetime.now(UTC) + timedelta(days=380))


def test_what_runs_out_or_is_lost_is_made_anew_and_nothing_else(tmp_path: Path) -> None:
    safe = Safe(tmp_path / "safe")
    safe.ready(fresh=True)
    first = {file.name: file.read_bytes() for file in safe.path.iterdir()}
    safe.ready(fresh=False)
    assert {file.name: file.read_bytes() for file in safe.path.iterdir()} == first
    safe.keep("broker", sign(safe.authority(), "broker", serves=True, lasts=timedelta(days=20)))
    safe.certificate(WORKER).unlink()
    safe.ready(fresh=False)
    assert not runs_out(safe.certificate("broker").read_bytes())
    changed = {name for name, content in first.items() if (safe.path / name).read_bytes() != content}
    assert changed == {f"{user}.{end}" for user in ("broker", WORKER) for end in ("crt", "key", "pem")}
    assert safe.open_to_others() == []
    (safe.path / "ca.key").chmod(0o640)
    assert [file.name for file in safe.open_to_others()] == ["ca.key"]


def test_a_lost_password_is_said_and_not_made_anew_under_data_that_knows_another(tmp_path: Path) -> None:
    safe = Safe(tmp_path / "safe")
    safe.ready(fresh=True)
    safe.admin_password.unlink()
    with pytest.raises(BrokerAway, match="the admin's password is gone"):
        safe.ready(fresh=False)


def test_arguments_with_a_secret_stand_in_a_file_of_its_owners_and_only_while_it_runs(tmp_path: Path) -> None:
    file = tmp_path / "format.arguments"
    secret = salted("admin", "the password")
    assert "the password" not in secret
    with unseen(["/bin/java", "-cp", 'a "jar"\\', secret], file) as command:
        assert command == ["/bin/java", f"@{file.name}"]
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert file.read_text().splitlines()[1] == '"a \\"jar\\"\\\\"'
    assert not file.exists()


def test_no_listener_of_a_secured_broker_is_plain_and_nothing_is_allowed_by_default() -> None:
    text = server_properties(ports=Ports(clients=1, mutual=2, controller=3), data="data", secured=True)
    said = dict(line.split("=", 1) for line in text.splitlines())
    assert said["listener.security.protocol.map"] == "AGENCIES:SASL_SSL,MUTUAL:SSL,CONTROLLER:SSL"
    assert said["allow.everyone.if.no.acl.found"] == "false"
    assert said["sasl.enabled.mechanisms"] == "SCRAM-SHA-512"
    assert {said[f"listener.name.{name}.ssl.client.auth"] for name in ("mutual", "controller")} == {"required"}


@pytest.mark.broker
def test_stopped_and_started_again_it_knows_its_users(tmp_path: Path) -> None:
    settings = broker_settings(tmp_path).model_copy(update={"secure": True})
    partnership = {"fire": Agency(name="fire", title="Fire")}
    with ensure_broker(settings) as first:
        assert apply_agencies(desk_of(first, settings), partnership).changes
        assert first.safe
        login = access_of(Settings(_env_file=first.safe.login("fire"))).login
        with ensure_broker(settings) as second:
            assert (second.started_here, second.bootstrap, second.workers_at) == (
                False,
                first.bootstrap,
                first.workers_at,
            )
    with ensure_broker(settings) as again:
        assert again.told == ()
        assert apply_agencies(desk_of(again, settings), partnership).changes == []
        assert ask(again.bootstrap, 5.0, login) is not None
        assert ask(again.bootstrap, 5.0) is None
