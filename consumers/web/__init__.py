"""The page: what an agency was told, for its people who have signed in; it works without scripts."""

from consumers.web.app import closing, create_app
from consumers.web.house import LOOPBACK, House

__all__ = ["LOOPBACK", "House", "closing", "create_app"]
