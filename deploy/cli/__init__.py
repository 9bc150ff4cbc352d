"""The command ``tocsin``: each command decodes what was typed and hands it on; what does the work is imported then."""

from deploy.cli.app import app
from deploy.logs import end_without_words


def main() -> None:
    """Run the command that was typed."""
    end_without_words()
    app(prog_name="tocsin")


__all__ = ["app", "main"]
