"""Health and metrics answer on loopback, name what is missing, and take nothing but a path."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from deploy.seeing.broker_figures import BrokerFigures
from deploy.seeing.health import is_alive, missing_of_broker, missing_of_store
from deploy.seeing.sampling import Sampled
from deploy.seeing.server import Sight, show
from deploy.seeing.store_figures import StoreLook
from deploy.store import migrate
from streams.measures import BEFORE_FIRST_BEAT_S, Beat
from streams.store import open_store, writing


@contextmanager
def shown(sight: Sight) -> Iterator[str]:
    server = show(sight, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def asked(url: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read()


def broker(missing: tuple[str, ...] = ()) -> Sampled[BrokerFigures]:
    sampled = Sampled(lambda: BrokerFigures(ends={}, starts={}, missing=missing, workers=1))
    sampled.look()
    return sampled


def test_the_three_paths_and_no_other() -> None:
    alive, missing = [True], []
    with shown(Sight(alive=lambda: alive[0], missing=lambda: missing)) as url:
        assert asked(f"{url}/healthz") == (200, b'{"alive": true}\n')
        assert asked(f"{url}/readyz") == (200, b'{"ready": true, "missing": []}\n')
        status, metrics = asked(f"{url}/metrics?anything=1")
        assert (status, b"tocsin_batch_seconds" in metrics) == (200, True)
        assert asked(f"{url}/")[0] == 404
        assert asked(f"{url}/metrics/..%2fetc")[0] == 404
        alive[0] = False
        missing.extend(missing_of_broker(broker(("tocsin.inbound.fire.v1",))))
        assert asked(f"{url}/healthz") == (503, b'{"alive": false}\n')
        status, body = asked(f"{url}/readyz")
        assert status == 503
        assert json.loads(body)["missing"][0] == {
            "name": "topics",
            "says": "the broker has no topic tocsin.inbound.fire.v1 (1 missing)",
            "mend": "tocsin topics apply",
        }


def test_a_port_that_is_taken_leaves_the_next() -> None:
    sight = Sight(alive=lambda: True, missing=list)
    first = show(sight, "127.0.0.1", 0)
    port = first.server_address[1]
    second = show(sight, "127.0.0.1", port)
    try:
        assert port < second.server_address[1] < port + 20
    finally:
        for server in (first, second):
            server.shutdown()
            server.server_close()


def test_what_is_missing_is_named_one_by_one(store_url: str) -> None:
    engine = open_store(store_url)
    store = Sampled(StoreLook(engine))
    store.look()
    (migrations,) = missing_of_store(store)
    assert (migrations.name, migrations.mend) == ("migrations", "tocsin store upgrade")
    migrate(engine)
    store.look()
    assert list(missing_of_store(store)) == []
    with writing(engine) as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '0001'")
    store.look()
    (migrations,) = missing_of_store(store)
    assert "revision 0001" in migrations.says
    engine.dispose()
    away = Sampled(StoreLook(open_store("postgresql://nobody:secret@127.0.0.1:1/none")))
    away.look()
    (gone,) = missing_of_store(away)
    assert gone.name == "store"
    assert "secret" not in gone.says
    (gone,) = missing_of_broker(Sampled(lambda: BrokerFigures(ends={}, starts={}, missing=(), workers=1)))
    assert gone.name == "broker"
    assert list(missing_of_broker(broker())) == []


def test_a_loop_that_stands_still_is_not_alive() -> None:
    moments = [0.0]
    beat = Beat(lambda: moments[0])
    moments[0] = BEFORE_FIRST_BEAT_S
    assert is_alive(beat)  # it is still starting
    beat.strike()
    moments[0] += 29.0
    assert is_alive(beat)
    moments[0] += 1.0
    assert not is_alive(beat)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_only_get_is_answered(path: str) -> None:
    with shown(Sight(alive=lambda: True, missing=list)) as url:
        request = urllib.request.Request(url + path, data=b"{}", method="POST")
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=5)
        refused.value.close()
        assert refused.value.code == 501
