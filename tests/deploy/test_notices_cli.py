"""Notices by command, over a real mail server of this machine."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deploy.cli import app
from deploy.notices import NotSet, ways_of
from deploy.store import ready_store
from schemas.settings import Settings
from tests.consumers.notices.people import asks
from tests.consumers.notices.test_sender import Mailbox, a_mail_server
from tests.consumers.packs.telling import tell_each
from tests.consumers.watcher.alerts import an_alert

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # aiosmtpd's own


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_VAR", str(tmp_path))


def tocsin(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_what_is_owed_goes_out_and_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = ready_store(Settings(var=tmp_path))
    asks(engine)
    tell_each(engine, "m1", {"police": an_alert(1)})
    box = Mailbox()
    with a_mail_server(box) as mail:
        monkeypatch.setenv("TOCSIN_NOTICE_SMTP", f"plain://127.0.0.1:{mail.port}")
        monkeypatch.setenv("TOCSIN_NOTICE_FROM", "tocsin@council.example")
        monkeypatch.setenv("TOCSIN_NOTICE_DOMAINS", "council.example")
        assert tocsin("notices", "run", "--once").stdout == "1 sent, 0 put off, 0 dropped, 0 not through\n"
        assert tocsin("notices", "run", "--once").stdout == "0 sent, 0 put off, 0 dropped, 0 not through\n"
        assert "got through" in tocsin("notices", "test", "ann@police.example").stdout
    assert len(box.mails) == 2
    assert json.loads(tocsin("notices", "list", "--json").stdout) == {"states": {"sent": 1}, "away": []}
    assert "did not get through" in tocsin("notices", "test", "ann@police.example").stdout
    engine.dispose()


def test_where_nothing_may_be_reached_nothing_starts() -> None:
    done = tocsin("notices", "run")
    assert done.exit_code == 2
    assert "nothing may be reached" in done.stderr


@pytest.mark.parametrize(
    ("smtp", "says"),
    [
        ("plain://mail.example", "on this machine alone"),
        ("http://mail.example", "begins with smtp://"),
        ("smtp://u:p@mail.example", "holds no login"),
        ("smtp://mail.example:x", "no address"),
        ("smtp://mail.example", "whom the mail is from"),
    ],
)
def test_a_mail_server_that_is_set_wrong_is_said(smtp: str, says: str) -> None:
    with pytest.raises(NotSet, match=says):
        ways_of(Settings(notice_smtp=smtp))
