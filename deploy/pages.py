"""The page answered by several processes beside each other, which take from one socket what comes."""

import socket
from threading import Event

import structlog

from deploy.processes import Part, environment
from schemas.settings import Settings

LOOKS_EVERY_S = 0.5
BACKLOG = 2048  # as many as the server itself lets wait

log = structlog.get_logger()


def serve_together(settings: Settings, stopped: Event) -> bool:
    """Serve until told to stop; one that ends is started again. False: they would not start, and said why."""
    family = socket.AF_INET6 if ":" in settings.web_host else socket.AF_INET
    with socket.create_server((settings.web_host, settings.web_port), family=family, backlog=BACKLOG) as listening:
        port = listening.getsockname()[1]
        env, held = environment(settings.model_copy(update={"web_port": port})), listening.fileno()
        words = ("web", "--listening", str(held))
        parts = [
            Part(name=f"web {number + 1}", arguments=words, environment=env, keeps=(held,))
            for number in range(settings.web_workers)
        ]
        try:
            for part in parts:
                part.start()
            log.info("the page is served", processes=len(parts), host=settings.web_host, port=port)
            while not stopped.wait(LOOKS_EVERY_S):
                if any(part.refused_to_start for part in parts):
                    return False
                for part in parts:
                    part.tend()
        finally:
            for part in parts:
                part.stop()
    return True
