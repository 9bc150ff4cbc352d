from tests.consumers.web.conftest import engine

__all__ = ["engine"]
