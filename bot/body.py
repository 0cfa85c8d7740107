"""A WSGI request's body becomes bytes of a bearable size, or a refusal that the sender lives to read."""

from __future__ import annotations

from typing import IO, cast

from bot.errors import Refused

# https://docs.gitlab.com/user/project/integrations/webhooks/: GitLab itself sends no body above 25 MB.
LARGEST = 25 * 1024 * 1024
# A sender whose connection is closed while it writes sees no answer, only a broken pipe: so read on, within reason.
LONGEST_DRAIN = 64 * 1024 * 1024
CHUNK = 256 * 1024


def read_body(environ: dict[str, object]) -> bytes:
    """The whole body, chunked or not. Raises Refused: 413 for one above 25 MB, 400 for one that ends early."""
    stream = cast("IO[bytes]", environ["wsgi.input"])
    announced = _announced(environ)
    chunks: list[bytes] = []
    size = 0
    while announced is None or size < announced:
        chunk = stream.read(CHUNK if announced is None else min(CHUNK, announced - size))
        if not chunk:
            break
        size += len(chunk)
        if size > LARGEST:
            _drain(stream, announced, size)
            raise Refused(f"the body is larger than {LARGEST} bytes", 413)
        chunks.append(chunk)
    if announced is not None and size < announced:
        raise Refused("the body ended before its Content-Length", 400)
    return b"".join(chunks)


def _announced(environ: dict[str, object]) -> int | None:
    """Content-Length; None for a chunked body, which the server ends for us (and 0 where neither is given)."""
    length = str(environ.get("CONTENT_LENGTH") or "")
    if length.isdigit():
        return int(length)
    return None if environ.get("wsgi.input_terminated") else 0


def _drain(stream: IO[bytes], announced: int | None, size: int) -> None:
    while size < LONGEST_DRAIN and (announced is None or size < announced):
        chunk = stream.read(CHUNK if announced is None else min(CHUNK, announced - size))
        if not chunk:
            return
        size += len(chunk)
