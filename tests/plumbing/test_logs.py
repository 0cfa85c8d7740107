"""Log lines: JSON for programs, key=value for people, and no secret for anybody."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Fact:
    """Something that must not stand in a log."""

    text: str

    def __repr__(self) -> str:
        raise AssertionError("nobody looks at facts for a log")


def deep(depth: int, error: Exception) -> None:
    """Raise it in so many calls, each with a fact at hand."""
    fact = Fact("what somebody wrote")
    if depth:
        deep(depth - 1, error)
    assert fact.text
    raise error


def logged(error: Exception, depth: int = 0) -> None:
    try:
        deep(depth, error)
    except Exception:
        structlog.get_logger("bot.test").exception("it broke")


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (KeyError(Fact("a body"), 1), "KeyError: Fact, int"),
        (AssertionError("unreachable, but got: Issue(description='a body', x=1)"), "unreachable, but got: Issue(...)"),
        (ValueError("x" * 1000), f"ValueError: {'x' * 300}..."),
        (ValueError(), "ValueError: "),
    ],
)
@pytest.mark.parametrize("as_json", [True, False])
def test_a_traceback_shows_no_facts(said: Callable[[], str], error: Exception, says: str, as_json: bool) -> None:
    """Neither local variables nor what an error was given; each is said within bounds."""
    logs.configure(as_json=as_json)
    logged(error)
    text = said()
    assert says in text
    assert "body" not in text
    assert "somebody wrote" not in text
    assert "test_logs.py" in text


def test_a_traceback_is_bounded(said: Callable[[], str]) -> None:
    """However deep it happened, and whatever led to it, a cause that comes round again among them."""
    logs.configure()
    first, last = ValueError("first"), ValueError("last")
    first.__cause__, last.__cause__ = last, first
    logged(last, depth=500)
    shown = json.loads(said())["exception"].splitlines()
    assert len(shown) <= 2 + 2 * (logs.FRAMES + 1)
    assert [line for line in shown if line.startswith("ValueError")] == ["ValueError: first", "ValueError: last"]
    assert "calls further out" in "\n".join(shown)


def test_a_library_s_traceback_is_short_too(said: Callable[[], str]) -> None:
    logs.configure()
    try:
        deep(0, KeyError(Fact("a body")))
    except KeyError:
        logging.getLogger("gunicorn.error").exception("a worker broke")
    text = json.loads(said())["exception"]
    assert text.endswith("KeyError: Fact")


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
