"""The page: what each agency was told, newest first; plain for now, and it works without scripts."""

from consumers.web.app import create_app

__all__ = ["create_app"]
