"""Log events become lines: key=value for a person at a terminal, JSON for everything else, and never a secret."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from types import TracebackType
from typing import Any, Final, TypeAlias

import structlog

HIDDEN = "[hidden]"
# Keys whose values are credentials or what people wrote; and credentials by their looks, wherever they stand.
# https://docs.gitlab.com/security/tokens/#token-prefixes
SECRET_KEYS = re.compile(r"token|secret|password|authorization|header|body|cookie|(^|_)key$", re.IGNORECASE)
SECRET_VALUES = re.compile(r"(?:gl[a-z]{2,8}-|whsec_)[A-Za-z0-9_.=/+-]+|(?<=://)[^/@\s:]+:[^/@\s]+(?=@)")
ExcInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None]
LINKS: Final = 4
"""Errors that led to one another and are shown, from the last on."""
FRAMES: Final = 10
"""Calls shown of each, the innermost."""
LONGEST: Final = 300
"""Characters of what an error says."""
PLAIN: Final = (str, int, float, type(None), BaseException)
# What dataclasses look like; facts would be whole issues, with all that people wrote in them.
SHOWN: Final = re.compile(r"\b([A-Z]\w*)\((?:\w+=).*", re.DOTALL)


def configure(*, as_json: bool | None = None, level: str = "INFO") -> None:
    """Send structlog's and every library's events to standard error; `as_json` None: JSON unless that is a terminal."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(short),
        hide_secrets,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(shared, as_json=not sys.stderr.isatty() if as_json is None else as_json))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    # Every call to GitLab at DEBUG would carry its query; libraries speak up when something is wrong.
    logging.getLogger("urllib3").setLevel(logging.WARNING)


def _formatter(shared: list[structlog.types.Processor], *, as_json: bool) -> logging.Formatter:
    last: structlog.types.Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"], drop_missing=True)
    )
    return structlog.stdlib.ProcessorFormatter(
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        # A library's own events: their arguments are in the text by now, so the text is what has to be searched.
        foreign_pre_chain=shared,
    )


def short(exc_info: ExcInfo) -> str:
    """Where it happened and what it says, the cause first; no line holds the value of a variable, or a fact."""
    chain: list[BaseException] = []
    error: BaseException | None = exc_info[1]
    while error is not None and error not in chain and len(chain) < LINKS:
        chain.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(line for one in reversed(chain) for line in (*_frames(one), words(one)))


def _frames(error: BaseException) -> Iterator[str]:
    every = [*traceback.walk_tb(error.__traceback__)]
    if len(every) > FRAMES:
        yield f"  ... {len(every) - FRAMES} calls further out"
    for frame, line in every[-FRAMES:]:
        yield f"  {frame.f_code.co_filename}:{line} in {frame.f_code.co_name}"


def words(error: BaseException) -> str:
    """`ValueError: what it says`, cut where it shows facts; of arguments that are no words, their types."""
    kind = type(error).__name__
    if all(isinstance(one, PLAIN) for one in error.args):
        said = SHOWN.sub(r"\1(...)", str(error))
    else:
        said = ", ".join(type(one).__name__ for one in error.args)
    return f"{kind}: {said[:LONGEST]}{'...' if len(said) > LONGEST else ''}"


def hide_secrets(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace credentials by key and by looks, at any depth."""
    for key, value in event.items():
        event[key] = HIDDEN if SECRET_KEYS.search(key) and key != "event" else _clean(value)
    return event


def _clean(value: Any) -> Any:
    match value:
        case str():
            return SECRET_VALUES.sub(HIDDEN, value)
        case dict():
            return {key: HIDDEN if SECRET_KEYS.search(str(key)) else _clean(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_clean(inner) for inner in value]
        case _:
            return value
