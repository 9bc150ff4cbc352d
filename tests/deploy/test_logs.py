"""A log line never holds what an error says of itself, for that may quote a report."""

import asyncio
import json
import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import structlog

from deploy.logs import kind_and_place, set_up_logs
from schemas.settings import Settings
from streams.agent import Waker
from tests.streams.intake.making import CANARY

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=["json", "console"])
def said(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """What is logged while some work is done."""

    def while_doing(work: Callable[[], object]) -> str:
        set_up_logs(Settings(log_format=request.param, log_level="debug"))
        monkeypatch.setattr("streams.agent.log", structlog.get_logger())  # a logger stays as it was when first used
        work()
        return capsys.readouterr().err

    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    yield while_doing
    root.handlers[:], root.level = before[0], before[1]


def fail() -> int:
    try:
        raise KeyError(CANARY)
    except KeyError as inner:
        raise ValueError(f"cannot read {CANARY}") from inner


def test_a_stage_that_fails_is_told_by_kind_and_place(said) -> None:
    told = said(lambda: asyncio.run(Waker(lambda _: fail(), committed=lambda: None).run()))
    assert "stages failed" in told
    for wanted in ("ValueError", "KeyError", "test_logs.py", "fail"):
        assert wanted in told
    assert "Quillfeather" not in told


def test_a_library_that_logs_an_error_is_told_so_too(said) -> None:
    def crash() -> None:
        try:
            fail()
        except ValueError as error:
            logging.getLogger("faust.agents").exception("crashed, reason=%r", error)
            logging.getLogger("mode").error("crashed %(why)s", {"why": error})
            logging.getLogger("asyncio").error(error)

    told = said(crash)
    assert told.count("ValueError") >= 3
    assert "Quillfeather" not in told


def test_our_own_line_with_an_error_in_it(said) -> None:
    def crash() -> None:
        try:
            fail()
        except ValueError as error:
            structlog.get_logger().error("it failed", exc_info=error)

    told = said(crash)
    assert "it failed" in told
    assert "Quillfeather" not in told


def test_a_chain_of_errors_ends() -> None:
    first, second = ValueError(), KeyError()
    first.__context__, second.__context__ = second, first
    assert kind_and_place((ValueError, first, None)).count("ValueError") <= 48


@pytest.mark.parametrize("where", ["the process", "a thread"])
def test_what_ends_a_process_is_told_without_its_words(where: str) -> None:
    raised = f"raise ValueError({CANARY!r})"
    code = (
        raised
        if where == "the process"
        else f"import threading\ndef go():\n {raised}\nt=threading.Thread(target=go)\nt.start();t.join()"
    )
    program = (
        "from deploy.logs import end_without_words, set_up_logs\nfrom schemas.settings import Settings\n"
        f"set_up_logs(Settings(log_format='json'))\nend_without_words()\n{code}"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    (line,) = done.stderr.splitlines()
    told = json.loads(line)
    assert (told["level"], told["exception"].splitlines()[0]) == ("critical", "ValueError")
    assert "Quillfeather" not in done.stderr + done.stdout
    assert (done.returncode == 1) == (where == "the process")
