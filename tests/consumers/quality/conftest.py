from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from schemas.tables import Base
from streams.store import open_store


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()
