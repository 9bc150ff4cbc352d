"""The command ``tocsin``: each command decodes what was typed and hands it on; what does the work is imported then."""

from deploy.cli.app import app
from deploy.logs import end_without_words

STORE_AWAY = 1
CANNOT_BE_USED = 2


def main() -> None:
    """Run the command that was typed; what no command of its own tells is told here, in a sentence."""
    end_without_words()
    try:
        app(prog_name="tocsin")
    except Exception as error:
        code = _told(error)
        if code is None:
            raise
        raise SystemExit(code) from None


def _told(error: Exception) -> int | None:
    """How to end for what was told in a sentence; None where it is nothing a sentence would explain."""
    # imported for a failure alone: the store's tables take half of the time that help does
    from sqlalchemy.exc import SQLAlchemyError

    from deploy.cli.options import fail
    from deploy.store import StoreNewer
    from schemas.files import NotReadable
    from streams.keeping.keyring import WrongKey
    from streams.store import is_away

    if isinstance(error, NotReadable | StoreNewer | WrongKey):
        fail(str(error))
        return CANNOT_BE_USED
    if isinstance(error, SQLAlchemyError) and is_away(error):
        fail(f"the store does not answer ({type(error).__name__}); `tocsin doctor` says more")
        return STORE_AWAY
    return None


__all__ = ["app", "main"]
