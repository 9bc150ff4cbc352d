"""The command ``tocsin``: each command decodes what was typed and hands it on; what does the work is imported then."""

from deploy.cli.app import app


def main() -> None:
    """Run the command that was typed."""
    app(prog_name="tocsin")


__all__ = ["app", "main"]
