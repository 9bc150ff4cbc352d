"""An analyst's way out: alerts as they come, on a terminal or into a program."""

from consumers.filters import Filters, read_since
from consumers.watcher.follow import watch

__all__ = ["Filters", "read_since", "watch"]
