"""A rig for each test: on SQLite and on PostgreSQL where the store matters."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.rig import Rig, rig

# Topics are deleted and made anew between tests, and the client says so of every record that meets it.
logging.getLogger("kafka").setLevel(logging.ERROR)


@pytest.fixture
def on_either_store(broker: str, store_url: str, tmp_path: Path) -> Iterator[Rig]:
    with rig(broker, store_url, tmp_path) as made:
        yield made


@pytest.fixture
def on_sqlite(broker: str, tmp_path: Path) -> Iterator[Rig]:
    with rig(broker, f"sqlite:///{tmp_path / 'store.db'}", tmp_path) as made:
        yield made
