"""What the page measures of itself: how long its answers take, by method and status; an address would name an alert."""

from prometheus_client import Histogram

PAGE_STEPS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

PAGE_SECONDS = Histogram("tocsin_page_seconds", "How long an answer took", ["method", "status"], buckets=PAGE_STEPS)
METHODS = frozenset({"GET", "POST", "HEAD"})


def noted(method: str, status: int, seconds: float) -> None:
    """Note one answer; a method that no page of ours has is one of the others, whatever it says."""
    PAGE_SECONDS.labels(method if method in METHODS else "other", str(status)).observe(seconds)
