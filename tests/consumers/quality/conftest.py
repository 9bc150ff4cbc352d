from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from schemas.tables import Base
from streams.store import open_store


@pytest.fixture
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A store of SQLite, or of whatever ``store_url`` says where a test asks for both."""
    both = "store_url" in request.fixturenames
    engine = open_store(request.getfixturevalue("store_url") if both else f"sqlite:///{tmp_path / 'store.db'}")
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()
