"""The command ``tocsin``: each command decodes what was typed and hands it on; what does the work is imported then."""

from deploy.cli.app import app
from deploy.logs import end_without_words

STORE_AWAY = 1
CANNOT_BE_USED = 2


def main() -> None:
    """Run the command that was typed; what no command of its own tells is told here, in a sentence."""
    from sqlalchemy.exc import SQLAlchemyError

    from deploy.cli.options import fail
    from deploy.store import StoreNewer
    from schemas.files import NotReadable
    from streams.keeping.keyring import WrongKey
    from streams.store import is_away

    end_without_words()
    try:
        app(prog_name="tocsin")
    except (NotReadable, StoreNewer, WrongKey) as error:
        fail(str(error))
        raise SystemExit(CANNOT_BE_USED) from None
    except SQLAlchemyError as error:
        if not is_away(error):
            raise
        fail(f"the store does not answer ({type(error).__name__}); `tocsin doctor` says more")
        raise SystemExit(STORE_AWAY) from None


__all__ = ["app", "main"]
