"""Bodies of every length and framing, without a wire."""

from __future__ import annotations

import io

import pytest

from bot import body
from bot.body import read_body
from bot.errors import Refused


class Endless(io.RawIOBase):
    """A sender that never stops; counts what was taken."""

    taken = 0

    def read(self, size: int = -1) -> bytes:
        self.taken += size
        return b"x" * size


def environ(stream: object, length: int | None = None, *, chunked: bool = False) -> dict[str, object]:
    made: dict[str, object] = {"wsgi.input": stream, "wsgi.input_terminated": chunked}
    return made if length is None else {**made, "CONTENT_LENGTH": str(length)}


def test_what_was_announced_is_read_and_no_more() -> None:
    stream = io.BytesIO(b"abcdef")
    assert read_body(environ(stream, 4)) == b"abcd"
    assert stream.read() == b"ef"


def test_a_chunked_body_is_read_to_its_end() -> None:
    assert read_body(environ(io.BytesIO(b"x" * 600_000), chunked=True)) == b"x" * 600_000


def test_without_length_and_chunks_there_is_no_body() -> None:
    assert read_body(environ(Endless())) == b""


def test_a_body_that_ends_early_is_refused() -> None:
    with pytest.raises(Refused, match="ended before") as caught:
        read_body(environ(io.BytesIO(b"abc"), 4))
    assert caught.value.status == 400


@pytest.mark.parametrize("size", [body.LARGEST + 1, 30 * 1024 * 1024])
@pytest.mark.parametrize("chunked", [True, False])
def test_rule_1_a_large_body_is_read_to_its_end_before_it_is_refused(size: int, chunked: bool) -> None:
    stream = io.BytesIO(b"x" * size)
    with pytest.raises(Refused, match="larger than") as caught:
        read_body(environ(stream, None if chunked else size, chunked=chunked))
    assert (caught.value.status, stream.read()) == (413, b"")


@pytest.mark.parametrize("length", [None, 10**12])
def test_rule_1_an_endless_body_is_drained_no_further_than_sixty_four_megabytes(length: int | None) -> None:
    stream = Endless()
    with pytest.raises(Refused):
        read_body(environ(stream, length, chunked=length is None))
    assert body.LONGEST_DRAIN <= stream.taken < body.LONGEST_DRAIN + body.CHUNK


def test_a_large_body_that_breaks_off_is_refused_too() -> None:
    with pytest.raises(Refused, match="larger than"):
        read_body(environ(io.BytesIO(b"x" * (body.LARGEST + 1)), 10**9))
