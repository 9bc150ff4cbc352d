"""Stores opened by a test are let go of at its end."""

from collections.abc import Iterator

import pytest

from tests.streams.issues.way import close_all


@pytest.fixture(autouse=True)
def _let_go() -> Iterator[None]:
    yield
    close_all()
