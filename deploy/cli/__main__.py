"""``python -m deploy.cli`` is ``tocsin``."""

from deploy.cli import main

main()
