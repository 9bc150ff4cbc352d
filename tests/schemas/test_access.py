"""As whom a client comes to a broker, read from settings; what is missing is said, and no secret is repeated."""

from pathlib import Path

import pytest

from deploy.processes import environment
from schemas.access import WrongAccess, access_of, settings_of
from schemas.agencies import Quota, load_partnership
from schemas.settings import Settings


def test_a_password_comes_from_a_file_or_the_environment_and_is_never_shown(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("open sesame\n")
    by_file = Settings(broker_protocol="sasl_ssl", broker_user="fire.1", broker_password_file=file)
    by_word = Settings(broker_protocol="sasl_ssl", broker_user="fire.1", broker_password="open sesame")
    for settings in (by_file, by_word):
        access = access_of(settings)
        assert access.login["sasl_plain_password"] == "open sesame"
        assert access.login["security_protocol"] == "SASL_SSL"
        assert "sesame" not in f"{settings!r} {access!r} {settings.model_dump()}"
        assert access_of(settings.model_copy(update=settings_of(access))) == access


def test_plain_is_the_default_and_asks_for_nothing() -> None:
    access = access_of(Settings())
    assert (access.secured, access.login, access.context) == (False, {}, None)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"broker_protocol": "sasl_ssl"}, "asks for TOCSIN_BROKER_USER, which is not set"),
        ({"broker_protocol": "sasl_ssl", "broker_user": "u"}, "asks for TOCSIN_BROKER_PASSWORD_FILE"),
        ({"broker_protocol": "ssl"}, "asks for TOCSIN_BROKER_CERTIFICATE_FILE"),
        (
            {"broker_protocol": "sasl_ssl", "broker_user": "u", "broker_password_file": Path("/none")},
            "TOCSIN_BROKER_PASSWORD_FILE cannot be read",
        ),
        (
            {
                "broker_protocol": "sasl_ssl",
                "broker_user": "u",
                "broker_password": "p",
                "broker_ca_file": Path("/none"),
            },
            "the certificates cannot be read",
        ),
    ],
)
def test_what_is_missing_is_said(said: dict, wrong: str) -> None:
    with pytest.raises(WrongAccess, match=wrong):
        assert access_of(Settings(**said)).login


def test_a_part_is_told_its_own_login_and_finds_no_other_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_BROKER_PASSWORD", "the admin's")
    monkeypatch.setenv("TOCSIN_BROKER_USER", "admin")
    monkeypatch.setenv("JAVA", "not ours")
    settings = Settings(var=tmp_path)
    own = {
        "broker_protocol": "ssl",
        "broker_certificate_file": tmp_path / "w.crt",
        "broker_key_file": tmp_path / "w.key",
    }
    told = environment(settings.model_copy(update={**settings_of(access_of(Settings())), **own}))
    assert told["TOCSIN_BROKER_PROTOCOL"] == "ssl"
    assert told["TOCSIN_BROKER_KEY_FILE"] == str(tmp_path / "w.key")
    assert "the admin's" not in told.values()
    assert "TOCSIN_BROKER_USER" not in told
    assert told["JAVA"] == "not ours"
    kept = environment(settings)
    assert kept["TOCSIN_BROKER_PASSWORD"] == "the admin's"


def test_quotas_are_data_with_a_default(tmp_path: Path) -> None:
    file = tmp_path / "agencies.toml"
    file.write_text("[quota]\nread_bytes_s = 5\n[agency.fire.quota]\nwrite_bytes_s = 7\n[agency.police]\n")
    members = load_partnership(file)
    assert members["fire"].quota == Quota(write_bytes_s=7, read_bytes_s=5)
    assert members["police"].quota == Quota(read_bytes_s=5)
    for wrong, told in (
        ("[quota]\nbytes = 5", "the quota of the default has an unknown entry 'bytes'"),
        ("[agency.fire.quota]\nbusy_percent = 0", "the quota of fire has busy_percent = 0, not a number above 0"),
    ):
        other = tmp_path / f"{len(told)}.toml"
        other.write_text(wrong + "\n[agency.police]\n")
        with pytest.raises(ValueError, match=told):
            load_partnership(other)
