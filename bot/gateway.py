"""Questions and wishes into calls to GitLab, its answers into facts and our errors; only here is python-gitlab known.

The policy is our own, because python-gitlab's repeats a POST and sleeps as long as it is told to: reads are tried again
within the bounds of a `Waiting`, writes once.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from threading import Lock, local
from typing import Any, TypeVar
from urllib.parse import parse_qs, urljoin, urlsplit
from weakref import WeakSet

import gitlab
import requests
from requests.utils import parse_header_links

from bot.domain.gitlab import Person
from bot.errors import AskAPerson, BotError, Forbidden, Incomplete, NotThere, TryLater
from bot.rest import translate
from bot.rest.access import AccessCalls
from bot.rest.answers import Answer, Call, failure, not_json
from bot.rest.calls import PAGE
from bot.rest.conversation import ConversationCalls
from bot.rest.folders import FolderCalls
from bot.rest.furniture import FurnitureCalls
from bot.rest.issues import IssueCalls
from bot.rest.links import LinkCalls
from bot.rest.merging import MergingCalls
from bot.rest.milestones import MilestoneCalls
from bot.rest.planning import PlanningCalls
from bot.rest.repository import RepositoryCalls
from bot.rest.session import Session, trouble, unreached
from bot.rest.translate import Commit, Hook, MergeRequest, Place
from bot.rest.upkeep import UpkeepCalls
from bot.rest.waiting import SHORTLY, Bounds, Waiting
from bot.rest.wire import files_in, in_body, in_query

__all__ = ["Commit", "Gateway", "Hook", "MergeRequest", "Place"]

T = TypeVar("T")
REDIRECTS = (301, 302, 303, 307, 308)
TOKEN = re.compile(r"[!-~]+")
MOVED = re.compile(r"(?P<project>/projects/(?!\d+/)[^/]+)(?P<rest>/.+)")
"""A path below a project that is named by its path, which may have changed; an id never does."""


class Gateway(
    IssueCalls,
    ConversationCalls,
    MilestoneCalls,
    FolderCalls,
    LinkCalls,
    AccessCalls,
    FurnitureCalls,
    RepositoryCalls,
    MergingCalls,
    PlanningCalls,
    UpkeepCalls,
):
    """One GitLab seen by one account. Threads may share it; each gets a connection of its own.

    Every method may raise TryLater (Unclear when a write may have happened, Incomplete when a list broke off),
    NotThere (404), Forbidden (403) and AskAPerson; nothing of python-gitlab or requests comes out.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        timeout: float = 10.0,
        variable: str = "GITLAB_TOKEN",
        before_write: Callable[[str], None] | None = None,
        observe: Callable[[str, str, int, float | None], None] | None = None,
        waiting: Waiting = SHORTLY,
    ) -> None:
        """`timeout` in seconds; `variable` is named when GitLab refuses the token.

        `before_write` is called before each write with note (a new comment), issue (a new issue) or other, and may
        raise TryLater; `observe` after each try with method, path template, status (0: no answer) and the
        seconds that GitLab wants us to wait, if it names any. `waiting` says how long one read may take.
        """
        super().__init__()
        if not TOKEN.fullmatch(token.strip()):
            raise AskAPerson(f"What is in {variable} is no token: it is empty or holds characters that no token has")
        self.url = url.rstrip("/")
        self._api = f"{self.url}/api/v4"
        self._token, self._timeout, self._variable = token.strip(), timeout, variable
        self._before_write, self._observe, self._waiting = before_write, observe, waiting
        self._thread = local()
        self._sessions: WeakSet[requests.Session] = WeakSet()
        self._lock = Lock()
        self._me: Person | None = None
        self._clock: tuple[datetime, float] | None = None

    @classmethod
    def connect(
        cls,
        url: str,
        token: str,
        *,
        timeout: float = 10.0,
        variable: str = "GITLAB_TOKEN",
        before_write: Callable[[str], None] | None = None,
        observe: Callable[[str, str, int, float | None], None] | None = None,
        waiting: Waiting = SHORTLY,
    ) -> Gateway:
        """A gateway that has not asked anything yet: the first call finds out whether GitLab is there."""
        return cls(
            url,
            token,
            timeout=timeout,
            variable=variable,
            before_write=before_write,
            observe=observe,
            waiting=waiting,
        )

    def __repr__(self) -> str:
        return f"Gateway({self.url!r})"

    def close(self) -> None:
        """Close the connections of all threads; the next call opens new ones."""
        with self._lock:
            for session in self._sessions:
                session.close()

    def me(self) -> Person:
        if self._me is None:
            self._me = self._read("/user", translate.person)
        return self._me

    def now(self, max_age: float | None = None) -> datetime:
        """GitLab's time, UTC: the `Date` of its latest answer and what has passed since.

        Asks GitLab first when it has not answered this process yet, or not within `max_age` seconds.
        """
        if self._clock is None or (max_age is not None and time.monotonic() - self._clock[1] > max_age):
            self.version()
        seen, at = self._clock or (datetime.now(UTC), time.monotonic())
        return seen + timedelta(seconds=time.monotonic() - at)

    def version(self) -> str:
        """As GitLab spells it, `19.1.0-ee`."""
        return self._read("/version", lambda data: str(data["version"]))

    def token_scopes(self) -> frozenset[str] | None:
        """What the token may do (`api`, `read_api`, ...); None where GitLab does not tell, as for OAuth tokens."""
        try:
            return self._read("/personal_access_tokens/self", lambda data: frozenset(map(str, data["scopes"])))
        except (NotThere, Forbidden):
            return None

    def _read(self, path: str, turn: Callable[[Any], T], /, **query: object) -> T:
        call = Call("GET", path)
        return _turned(call, self._patiently(call, query), turn)

    def _each(self, path: str, turn: Callable[[Any], T], /, **query: object) -> Iterator[T]:
        def page_of(following: Mapping[str, object]) -> tuple[list[T], Mapping[str, object] | None]:
            answer = self._patiently(call, following)
            facts = _turned(call, answer, lambda data: [turn(one) for one in _listed(data)])
            return facts, _next_page(answer, following)

        call = Call("GET", path)
        facts, following = page_of({"per_page": PAGE, **query})
        yield from facts
        while following is not None:
            try:
                facts, following = page_of(following)
            except BotError as cause:
                after = cause.after if isinstance(cause, TryLater) else None
                raise Incomplete(f"A list could not be read to its end: {cause}", after) from cause
            yield from facts

    def _write(
        self, kind: str, method: str, path: str, turn: Callable[[Any], T], body: Mapping[str, object] | None = None
    ) -> T:
        if self._before_write is not None:
            self._before_write(kind)
        call = Call(method, path)
        answer = self._try(call, {}, body)
        moved_to = self._moved_to(call, answer)
        if moved_to is not None:
            call = Call(method, moved_to)
            answer = self._try(call, {}, body)
        if not answer.ok:
            raise failure(call, answer, self._variable)
        return _turned(call, answer, turn)

    def _patiently(self, call: Call, query: Mapping[str, object]) -> Answer:
        """The first answer that is worth having; raises when none of the tries brings one."""
        spent: dict[Bounds, tuple[float, int]] = {}
        while not (answer := self._try(call, query)).ok:
            bounds = self._waiting.bounds(answer)
            slept, tries = spent.get(bounds, (0.0, 1))
            pause = bounds.pause(answer, slept, tries)
            if pause is None:
                raise failure(call, answer, self._variable)
            self._waiting.sleep(pause)
            spent[bounds] = (slept + pause, tries + 1)
        return answer

    def _moved_to(self, call: Call, answer: Answer) -> str | None:
        """Where a write belongs that was turned away, and so not done, because its project has another path now."""
        if answer.status in REDIRECTS:
            target = urljoin(f"{self._api}{call.path}", answer.headers.get("Location", "")).partition("?")[0]
            inside = target.startswith(f"{self._api}/") and target != f"{self._api}{call.path}"
            return target.removeprefix(self._api) if inside else None
        match = MOVED.fullmatch(call.path) if answer.status == 405 else None
        return match and f"/projects/{self._read(match['project'], translate.project).id}{match['rest']}"

    def _try(self, call: Call, query: Mapping[str, object], body: Mapping[str, object] | None = None) -> Answer:
        answer = self._exchange(call, query, body)
        if (date := answer.date) is not None:
            self._clock = (date, time.monotonic())
        if self._observe is not None:
            self._observe(call.method, call.template, answer.status, answer.pause)
        return answer

    def _exchange(self, call: Call, query: Mapping[str, object], body: Mapping[str, object] | None) -> Answer:
        client = self._client()
        try:
            response = client.http_request(
                call.method.lower(),
                call.path,
                query_data=in_query(query),
                post_data=in_body(body),
                files=files_in(body),
                obey_rate_limit=False,
                retry_transient_errors=False,
                max_retries=0,
            )
        except gitlab.GitlabError:
            response = self._thread.response
        except ValueError as error:
            # Its text may hold the header it refuses, and so the token: it must not even be chained.
            raise AskAPerson(f"GITLAB_URL ({self.url}) cannot be used: {type(error).__name__} at {call}") from None
        except requests.RequestException as error:
            return Answer(0, trouble=trouble(error, self._timeout), sent=not unreached(error))
        return Answer(response.status_code, response.headers, response.content)

    def _client(self) -> gitlab.Gitlab:
        """This thread's own client: requests does not promise that threads may share a session."""
        client: gitlab.Gitlab | None = getattr(self._thread, "client", None)
        if client is None:
            session = Session()
            session.hooks["response"].append(self._remember)
            client = gitlab.Gitlab(self.url, private_token=self._token, timeout=self._timeout, session=session)
            self._thread.client = client
            with self._lock:
                self._sessions.add(session)
        return client

    def _remember(self, response: requests.Response, **_: object) -> None:
        """Keep the answer for its headers: python-gitlab's errors drop them, and `Retry-After` with them."""
        self._thread.response = response


def _turned(call: Call, answer: Answer, turn: Callable[[Any], T]) -> T:
    try:
        return turn(answer.parsed())
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise not_json(call, answer) from error


def _listed(data: Any) -> list[Any]:
    if not isinstance(data, list):
        raise TypeError("a list was expected")
    return data


def _next_page(answer: Answer, query: Mapping[str, object]) -> Mapping[str, object] | None:
    """What to ask for next; of the link only the query, because a proxy may know GitLab under another name."""
    for link in parse_header_links(answer.headers.get("Link", "")):
        if link.get("rel") == "next":
            following: Mapping[str, object] = parse_qs(urlsplit(link["url"]).query)
            break
    else:
        page = answer.headers.get("X-Next-Page")
        following = {**query, "page": page} if page else {}
    if following == query:
        raise Incomplete("A list could not be read to its end: GitLab names a page as the one after itself")
    return following or None
