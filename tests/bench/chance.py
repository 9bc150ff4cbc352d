"""Cases made by chance, as many as were asked for: none remembered from an earlier run, and none made smaller."""

from typing import Any

from hypothesis import HealthCheck, Phase, settings


def cases(count: int, **more: Any) -> settings:
    """Hypothesis' settings for ``count`` cases of a bench, however long one takes."""
    return settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        **more,
    )
