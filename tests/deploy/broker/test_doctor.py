"""What ``tocsin doctor`` says."""

import socket
from pathlib import Path

import pytest

from deploy.broker.doctor import Finding, examine
from deploy.broker.ports import free_port
from schemas.settings import Settings


def found(settings: Settings) -> dict[str, Finding]:
    return {finding.name: finding for finding in examine(settings)}


@pytest.mark.broker  # whose fixture has fetched the jars
def test_a_machine_that_has_everything(broker: str, store_url: str, tmp_path: Path) -> None:
    by_name = found(Settings(var=tmp_path / "var", store=store_url, broker_port=free_port(), broker=None))
    assert set(by_name) == {"python", "folder", "agencies", "store", "store key", "java", "jars", "port", "broker"}
    assert [finding for finding in by_name.values() if not finding.ok] == []
    assert not (tmp_path / "var").exists()  # it only looks
    assert found(Settings(var=tmp_path, broker=broker))["broker"].says == (
        f"{broker} answers: 1 broker, plain: whoever reaches it may read and write everything"
    )


def test_what_is_amiss_is_said_with_what_to_do(tmp_path: Path) -> None:
    agencies = tmp_path / "agencies.toml"
    agencies.write_text("[agency.Fire]\n")
    nobody = f"127.0.0.1:{free_port()}"
    (tmp_path / "file").write_text("")
    settings = Settings(
        var=tmp_path / "file" / "var",
        agencies=agencies,
        broker=nobody,
        store=f"postgresql://someone:secret@{nobody}/tocsin",
    )
    by_name = found(settings)
    assert {name for name, finding in by_name.items() if not finding.ok} == {"folder", "agencies", "store", "broker"}
    assert all(finding.mend for finding in by_name.values() if not finding.ok)
    assert by_name["agencies"].says.startswith("agencies file: 'Fire' is not an agency name")
    assert by_name["broker"].says == f"no Kafka broker answers at {nobody}"
    assert "cannot be opened" in by_name["store"].says
    assert "secret" not in str(by_name)


def test_a_store_that_is_none_is_said_without_repeating_its_password(tmp_path: Path) -> None:
    store = found(Settings(var=tmp_path, store="someone:secret", broker="127.0.0.1:1"))["store"]
    assert (store.ok, store.says) == (False, "not an SQLAlchemy URL")


def test_an_old_java_and_a_port_in_use(tmp_path: Path) -> None:
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        port = squatter.getsockname()[1]
        by_name = found(Settings(var=tmp_path, java=tmp_path / "none", broker_port=port, broker=None))
    assert (by_name["java"].ok, by_name["port"].ok) == (False, True)
    assert by_name["port"].says == f"{port} is taken; the broker will take a free one"


def test_a_store_key_that_others_can_read_is_amiss(tmp_path: Path) -> None:
    file = tmp_path / "store.db.key"
    file.touch(mode=0o600)
    where = {"var": tmp_path, "store": f"sqlite:///{tmp_path / 'store.db'}", "broker": "127.0.0.1:1"}
    assert found(Settings(**where))["store key"].ok
    file.chmod(0o640)
    amiss = found(Settings(**where))["store key"]
    assert (amiss.ok, amiss.mend) == (False, f"chmod 600 {file}")
    elsewhere = found(Settings(**(where | {"store": "postgresql://nobody@127.0.0.1:1/x"})))["store key"]
    assert "TOCSIN_STORE_KEY_FILE" in elsewhere.says
