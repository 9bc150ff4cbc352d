"""The page as it is served: it does not start open, and what people send it stays out of every log."""

import os
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from sqlalchemy import Engine, select, text

from deploy.broker.ports import free_port
from deploy.demo.machine import demo_settings
from deploy.page import NotSafe, house_of
from deploy.processes import environment
from deploy.store import ready_store
from schemas.agencies import load_partnership
from schemas.settings import Settings
from schemas.tables import Audit
from streams.keeping.proving import prove
from streams.store import writing
from tests.certificates import self_signed
from tests.consumers.accounts.people import PASSWORD, a_user
from tests.consumers.watcher.alerts import an_alert
from tests.consumers.web.seats import WORD, tell

ROOT = Path(__file__).parents[2]
PROXIED = {"web_proxies": "10.0.0.9", "web_url": "https://tocsin.example"}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = ready_store(Settings(store=f"sqlite:///{tmp_path / 'store.db'}"))
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"web_host": "0.0.0.0"}, "without TLS"),
        ({"web_host": "192.0.2.1", "web_url": "http://tocsin.example"}, "without TLS"),
        ({"web_host": "0.0.0.0", "web_proxies": "10.0.0.9"}, "TOCSIN_WEB_URL"),
        ({"web_proxies": "10.0.0.9"}, "TOCSIN_WEB_URL"),
        ({**PROXIED, "web_url": "http://tocsin.example"}, "https://"),
        ({"web_url": "https://tocsin.example"}, "http://"),
        ({"web_tls_cert": "cert.pem"}, "go together"),
        ({**PROXIED, "web_host": "0.0.0.0"}, "nobody can sign in"),
        ({"openid": "nowhere.toml"}, "nowhere.toml"),
    ],
)
def test_the_page_does_not_start_where_it_would_stand_open(engine: Engine, settings: dict[str, str], says: str) -> None:
    with pytest.raises(NotSafe, match=says):
        house_of(Settings(**settings), engine, load_partnership())


def test_beyond_loopback_it_answers_to_its_own_name_alone_once_someone_can_sign_in(engine: Engine) -> None:
    a_user(engine)
    house = house_of(Settings(**PROXIED, web_host="0.0.0.0"), engine, load_partnership())
    assert house.hosts == {"tocsin.example"}
    assert house.tls
    assert house.url == "https://tocsin.example"


def test_on_loopback_it_starts_with_nobody_to_sign_in(engine: Engine) -> None:
    house = house_of(Settings(), engine, load_partnership())
    assert not house.tls
    assert "localhost" in house.hosts
    assert "*" not in house.hosts


def test_the_demos_page_hears_nothing_of_a_real_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its people's password stands on the screen: it listens on loopback, and asks no organisation."""
    for name, value in (("WEB_HOST", "0.0.0.0"), ("WEB_URL", "https://tocsin.example"), ("OPENID", "openid.toml")):
        monkeypatch.setenv(f"TOCSIN_{name}", value)
    told = environment(demo_settings(Settings(var=tmp_path, web_port=0)))
    assert told["TOCSIN_WEB_HOST"] == "127.0.0.1"
    assert "TOCSIN_WEB_URL" not in told
    assert "TOCSIN_OPENID" not in told


@contextmanager
def served(folder: Path, *words: str) -> Iterator[httpx2.Client]:
    """The page by https as a process of its own, logging all it can into ``page.log``."""
    cert, key = self_signed(folder, [x509.IPAddress(ip_address("127.0.0.1"))])
    url = f"https://127.0.0.1:{free_port()}"
    environment = {
        "TOCSIN_VAR": str(folder),
        "TOCSIN_STORE_URL": f"sqlite:///{folder / 'store.db'}",
        "TOCSIN_WEB_TLS_CERT": str(cert),
        "TOCSIN_WEB_TLS_KEY": str(key),
        "TOCSIN_WEB_URL": url,
        "TOCSIN_WEB_PORT": url.rpartition(":")[2],
        "TOCSIN_LOG_LEVEL": "debug",
    }
    with (folder / "page.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy.cli", "web", *words],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=log,
            stderr=log,
        )
    try:
        with httpx2.Client(base_url=url, verify=ssl.create_default_context(cafile=str(cert))) as client:
            wait_for(client, folder / "page.log")
            yield client
    finally:
        process.terminate()
        process.wait(30)


def wait_for(client: httpx2.Client, log: Path) -> None:
    for _ in range(300):
        try:
            client.get("/sign-in")
        except httpx2.TransportError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(log.read_text("utf-8"))


CANARIES = (
    "canary-name", "canary-password", "canary-cookie", "canary-query", "canary-header", "canary-reason", "canary-next",
    "Canary Thorn", PASSWORD,
)  # fmt: skip


def test_what_people_send_and_see_is_in_no_log(engine: Engine, tmp_path: Path) -> None:
    """Names, passwords, cookies, tokens and what a page shows of a person; also where the page fails."""
    a_user(engine, "canary-name@police.example")
    tell(engine, "police", an_alert(1, person={"id": "p1", "name": "Canary Thorn"}))
    path, secrets = "/agencies/police/alerts/a1", []
    with served(tmp_path) as client:
        origin = {"origin": str(client.base_url).rstrip("/"), "x-canary": "canary-header"}

        def submit(to: str, seen_on: str, **fields: str) -> httpx2.Response:
            found = WORD.search(client.get(seen_on).text)
            assert found
            secrets.append(found[1])
            return client.post(to, data={"word": found[1], **fields}, headers=origin)

        client.get("/agencies/police?kind=canary-query", headers={"cookie": "__Host-tocsin=canary-cookie"})
        wrong = submit("/sign-in", "/sign-in", name="canary-name", password="canary-password", next="/canary-next")
        assert wrong.status_code == 403
        right = submit("/sign-in", "/sign-in", name="canary-name@police.example", password=PASSWORD)
        assert right.status_code == 303
        session = client.cookies["__Host-tocsin"]
        assert submit(f"{path}/reason", path, reason="case", words="canary-reason").status_code == 303
        assert "Canary Thorn" in client.get(path).text
        with writing(engine) as connection:
            connection.execute(text("alter table told rename to gone"))
        assert client.get(f"{path}?x=canary-query").status_code == 500
        client.get("/" + "canary-query" * 2000)
        submit("/sign-out", "/account")
    log = (tmp_path / "page.log").read_text("utf-8")
    assert "a page failed" in log
    for canary in (*CANARIES, session, *secrets):
        assert canary not in log, canary
    with writing(engine) as connection:
        lines = connection.execute(select(Audit.act, Audit.actor, Audit.subject, Audit.detail)).all()
        assert prove(connection, "").flaws == ()
    assert [line.act for line in lines] == ["refused", "sign-in", "consultation", "sign-out"]
    for canary in (*CANARIES, session, *secrets):
        assert canary not in str(lines), canary


def test_over_tls_the_session_is_this_hosts_alone(engine: Engine, tmp_path: Path) -> None:
    a_user(engine)
    with served(tmp_path) as client:
        found = WORD.search(client.get("/sign-in").text)
        assert found
        fields = {"word": found[1], "name": "ann@police.example", "password": PASSWORD}
        answer = client.post("/sign-in", data=fields, headers={"origin": str(client.base_url).rstrip("/")})
        assert answer.status_code == 303
        assert answer.headers["strict-transport-security"]
        assert "__Host-tocsin=" in answer.headers["set-cookie"]
        assert "server" not in answer.headers
        with pytest.raises(httpx2.TransportError):
            httpx2.get(str(client.base_url).replace("https", "http"))


def test_processes_beside_each_other_answer_as_one(engine: Engine, tmp_path: Path) -> None:
    """A session of one holds at the other, one that dies is not missed, and a stream ends with the session it is of."""
    a_user(engine, "ann@police.example")
    tell(engine, "police", an_alert(1))
    with served(tmp_path, "--workers", "2") as client:
        origin = str(client.base_url).rstrip("/")
        certified = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))

        def submit(path: str, seen_on: str, **fields: str) -> int:
            found = WORD.search(client.get(seen_on).text)
            assert found
            return client.post(path, data={"word": found[1], **fields}, headers={"origin": origin}).status_code

        def seen_anew() -> str:
            with httpx2.Client(base_url=origin, verify=certified, cookies=dict(client.cookies)) as another:
                return another.get("/agencies/police").text

        assert submit("/sign-in", "/sign-in", name="ann@police.example", password=PASSWORD) == 303
        assert all('sse-connect="' in seen_anew() for _ in range(12))
        os.kill(_children()[0], signal.SIGKILL)
        wait_for(client, tmp_path / "page.log")
        page = seen_anew()
        news = page.partition('sse-connect="')[2].partition('"')[0].replace("&amp;", "&")
        with (
            httpx2.Client(base_url=origin, verify=certified, cookies=dict(client.cookies), timeout=30) as listener,
            listener.stream("GET", news) as stream,
        ):
            lines = stream.iter_lines()
            assert next(lines).startswith("retry:")
            assert submit("/sign-out", "/account") == 303
            assert "event: over" in list(lines)


def _children() -> list[int]:
    """The processes of the page that this one's own child has started."""
    mine = Path(f"/proc/{os.getpid()}/task")
    started = [pid for task in mine.iterdir() for pid in (task / "children").read_text().split()]
    return [
        int(pid)
        for one in started
        for pid in Path(f"/proc/{one}/task/{one}/children").read_text().split()
        if b"--listening" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]
