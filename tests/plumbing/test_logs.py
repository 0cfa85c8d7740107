"""Log lines: JSON for programs, key=value for people, and no secret for anybody."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog

from bot import logs


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """What was logged since the last call; the logging of the other tests is put back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    for handler in handlers:
        root.removeHandler(handler)
    yield lambda: capsys.readouterr().err
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_programs_get_json(said: Callable[[], str]) -> None:
    logs.configure()
    structlog.get_logger("bot.test").info("a subject was worked", subject="issue:77/42", attempts=2)
    line = json.loads(said())
    assert {name: line[name] for name in ("event", "level", "logger", "subject", "attempts")} == {
        "event": "a subject was worked",
        "level": "info",
        "logger": "bot.test",
        "subject": "issue:77/42",
        "attempts": 2,
    }


def test_people_get_keys_and_values(said: Callable[[], str]) -> None:
    logs.configure(as_json=False)
    structlog.get_logger("bot.test").warning("the store cannot be used", trouble="locked")
    text = said()
    assert "level='warning' event='the store cannot be used'" in text
    assert "trouble='locked'" in text


def test_libraries_speak_the_same_language(said: Callable[[], str]) -> None:
    logs.configure()
    logging.getLogger("gunicorn.error").warning("worker %d ended", 7)
    assert json.loads(said())["event"] == "worker 7 ended"


def test_the_level_is_kept(said: Callable[[], str]) -> None:
    logs.configure(level="WARNING")
    structlog.get_logger("bot.test").info("nobody wants to know")
    assert said() == ""


def test_a_traceback_is_one_line_of_json(said: Callable[[], str]) -> None:
    logs.configure()
    try:
        int("glpat-abcdefghijklmnop")
    except ValueError:
        structlog.get_logger("bot.test").exception("it broke")
    text = said()
    assert "ValueError" in json.loads(text)["exception"]
    assert "glpat-" not in text


@pytest.mark.parametrize("as_json", [True, False])
def test_secrets_are_hidden_by_name_and_by_looks(said: Callable[[], str], as_json: bool) -> None:
    logs.configure(as_json=as_json)
    structlog.get_logger("bot.test").info(
        "calling with glpat-0123456789abcdef",
        token="s3cret-1",
        webhook_secret="s3cret-2",
        headers={"X-Gitlab-Token": "s3cret-3"},
        request={"inner": [{"password": "s3cret-4"}], "url": "postgresql://bot:s3cret-5@db/bot"},
        mark_key="s3cret-6",
        note="whsec_s3cret-7",
        subject="issue:77/42",
    )
    logging.getLogger("other").warning("got %s", "glpat-s3cret-8")
    text = said()
    assert "s3cret" not in text
    assert "0123456789abcdef" not in text
    assert "issue:77/42" in text
    assert "postgresql://[hidden]@db/bot" in text
