"""An erased person is off the broker's disk, out of the store's files, the logs and the exports, within the minute.

``python -m tests.bench security --keeping`` does the same on PostgreSQL: most of it is waiting for the broker.
"""

from pathlib import Path

import pytest

from tests.integration.erased import erased_without_a_trace

pytestmark = pytest.mark.broker


@pytest.mark.timeout(600)  # a worker beside it, and the minute
def test_no_bytes_of_an_erased_person_are_anywhere_after_a_minute(tmp_path: Path) -> None:
    unreadable, gone = erased_without_a_trace(tmp_path, f"sqlite:///{tmp_path / 'store.db'}")
    assert unreadable < gone
