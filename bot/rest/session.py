"""One HTTP session that keeps the token to one server, and requests' exceptions into plain words."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import NewConnectionError


class Session(requests.Session):
    """Follows redirects for reads only, for a redirected POST becomes a GET; shows the token to no other server.

    What the environment says of proxies is read once for each server, since to read it takes as long as a short answer.
    """

    def __init__(self) -> None:
        super().__init__()
        self._settings: dict[tuple[str, str], Any] = {}

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        """As requests does it, but for what is merged there and python-gitlab gives with each request alone."""
        prepared = requests.PreparedRequest()
        prepared.prepare(
            method=request.method,
            url=request.url,
            headers={**self.headers, **request.headers},
            files=request.files,
            data=request.data,
            params=request.params,
            auth=request.auth,
            cookies=self.cookies,
            hooks={event: [*self.hooks[event], *also] for event, also in request.hooks.items()},
            json=request.json,
        )
        return prepared

    def merge_environment_settings(self, url: Any, *given: Any, **named: Any) -> Any:
        asked = (urlsplit(str(url)).netloc, repr((given, named)))
        if asked not in self._settings:
            self._settings[asked] = super().merge_environment_settings(url, *given, **named)
        return self._settings[asked]

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        return super().get_redirect_target(resp) if resp.request.method == "GET" else None

    def rebuild_auth(self, prepared_request: requests.PreparedRequest, response: requests.Response) -> None:
        # requests drops the Authorization header at a foreign server's door, and knows nothing of GitLab's own.
        super().rebuild_auth(prepared_request, response)  # type: ignore[no-untyped-call]  # its stub has no types
        if self.should_strip_auth(response.request.url, prepared_request.url):  # type: ignore[no-untyped-call]  # ditto
            prepared_request.headers.pop("PRIVATE-TOKEN", None)


def trouble(error: requests.RequestException, timeout: float) -> str:
    """What to tell a person; the exception's own text is left out, since it holds the whole address."""
    match error:
        case requests.Timeout():
            return f"nothing came within {timeout:g} s"
        case requests.ConnectionError():
            return "it cannot be reached" if unreached(error) else "the connection broke"
    return f"the answer cannot be read ({type(error).__name__})"


def unreached(error: requests.RequestException) -> bool:
    """Whether no connection came about, so that GitLab cannot have seen the request."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(error, requests.ConnectTimeout) or isinstance(reason, NewConnectionError)
