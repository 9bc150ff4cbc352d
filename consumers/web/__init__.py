"""The page: what each agency was told, newest first; plain for now, and it works without scripts."""

from consumers.web.app import create_app
from consumers.web.safety import LOOPBACK

__all__ = ["LOOPBACK", "create_app"]
