"""Requests to a sandbox of this process become calls of its request handling: the same bytes without a socket between.

Half the time of a long story is spent on sockets. Everything above them stays as it is, and where something was ordered
to go wrong, it goes wrong on a real connection.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers

from bot.sandbox.exchange import Answered, Asked
from bot.sandbox.server import Sandbox

_known: dict[str, Direct] = {}
"""By host and port: of each sandbox that is talked to like this."""
_sockets: list[str] = []
"""Who wants real connections all the same."""
_real = requests.Session.get_adapter


class Direct(BaseAdapter):
    """What a session talks to instead of a connection to one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__()
        self._sandbox = sandbox
        self._wire = HTTPAdapter()

    def send(self, request: requests.PreparedRequest, *how: Any, **more: Any) -> requests.Response:
        if self._may_go_wrong(request):
            return self._wire.send(request, *how, **more)
        # A form of several parts is a stream, whatever the type says.
        body: Any = request.body or b""
        asked = Asked(
            str(request.method),
            request.path_url,
            [("Host", urlsplit(str(request.url)).netloc), *request.headers.items()],
            body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else body.read(),
            (self._sandbox.host, self._sandbox.port),
        )
        return _response(request, self._sandbox.answer(asked))

    def close(self) -> None:
        self._wire.close()

    def _may_go_wrong(self, request: requests.PreparedRequest) -> bool:
        """Whether an order of the fault desk may befall it, whoever asks."""
        orders = list(self._sandbox.desk.faults.orders)
        return any(order.matches(str(request.method), request.path_url, order.user) for order in orders)


def _response(request: requests.PreparedRequest, answer: Answered) -> requests.Response:
    response = requests.Response()
    code, _, response.reason = answer.status.partition(" ")
    response.status_code = int(code)
    headers: CaseInsensitiveDict[str] = CaseInsensitiveDict()
    for name, value in answer.headers:
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    response.headers = headers
    response.encoding = get_encoding_from_headers(headers)
    response.url, response.request = str(request.url), request
    response._content, response._content_consumed = answer.content, True  # type: ignore[attr-defined]  # as read
    return response


def _adapter(session: requests.Session, url: str) -> BaseAdapter:
    found = _known.get(urlsplit(url).netloc) if not _sockets else None
    return found or _real(session, url)


requests.Session.get_adapter = _adapter  # type: ignore[method-assign,assignment]  # one place for all


@contextmanager
def direct(sandbox: Sandbox) -> Iterator[Sandbox]:
    """Whatever this process asks of the sandbox is asked without a socket; other processes still have theirs."""
    netloc = urlsplit(sandbox.url).netloc
    _known[netloc] = Direct(sandbox)
    try:
        yield sandbox
    finally:
        _known.pop(netloc).close()


@contextmanager
def over_sockets(who: str) -> Iterator[None]:
    """Everything is asked over real connections, so that a difference would show."""
    _sockets.append(who)
    try:
        yield
    finally:
        _sockets.remove(who)
