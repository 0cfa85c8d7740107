"""How the gateway behaves when GitLab fails: `responses` plays the failing GitLab."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Barrier, Thread
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import responses
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import MaxRetryError, NewConnectionError

from bot.errors import AskAPerson, BotError, Forbidden, Incomplete, NotThere, TryLater, Unclear
from bot.gateway import Gateway

URL = "https://gitlab.example"
API = f"{URL}/api/v4"
TOKEN = "glpat-not-a-real-one"
DATE = {"Date": "Sat, 21 Nov 2026 12:00:00 GMT"}
ISSUE = {
    "id": 700,
    "iid": 3,
    "project_id": 7,
    "title": "Onboard a partner",
    "state": "opened",
    "labels": [],
    "references": {"full": "partners/channels#3"},
}
HTML = "<html><body>Sign in</body></html>"


@pytest.fixture
def gitlab() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@dataclass
class Listener:
    """Remembers what the gateway told its hooks and how long it slept."""

    pauses: list[float] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    seen: list[tuple[str, str, int]] = field(default_factory=list)

    def observe(self, method: str, template: str, status: int) -> None:
        self.seen.append((method, template, status))


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def gateway(listener: Listener) -> Gateway:
    return Gateway(
        URL,
        TOKEN,
        before_write=listener.kinds.append,
        observe=listener.observe,
        sleep=listener.pauses.append,
    )


def never_connected() -> requests.ConnectionError:
    pool = HTTPConnectionPool("gitlab.example")
    reason = NewConnectionError(pool, "refused")  # type: ignore[arg-type]  # any place to connect from will do
    return requests.ConnectionError(MaxRetryError(pool, "/", reason))


TROUBLES: list[tuple[str, dict[str, Any], list[float]]] = [
    ("500", {"status": 500}, [0.5, 1.5]),
    ("502 with an HTML page", {"status": 502, "body": HTML}, [0.5, 1.5]),
    ("503 that names a pause", {"status": 503, "headers": {"Retry-After": "1"}}, [1, 1]),
    ("504", {"status": 504}, [0.5, 1.5]),
    ("522 of the edge", {"status": 522}, [0.5, 1.5]),
    ("429 with seconds", {"status": 429, "headers": {"Retry-After": "1"}}, [1, 1]),
    ("429 with a date", {"status": 429, "headers": {"Retry-After": "Sat, 21 Nov 2026 12:00:01 GMT", **DATE}}, [1, 1]),
    (
        "429 with a date gone by",
        {"status": 429, "headers": {"Retry-After": "Sat, 21 Nov 2026 11:00:00 GMT", **DATE}},
        [0, 0],
    ),
    ("429 with nothing", {"status": 429, "body": "Retry later\n"}, [0.5, 1.5]),
    ("429 with nonsense", {"status": 429, "headers": {"Retry-After": "soon"}}, [0.5, 1.5]),
    ("429 with an end", {"status": 429, "headers": {"RateLimit-Reset": "1795262401", **DATE}}, [1, 1]),
    ("429 with an odd end", {"status": 429, "headers": {"RateLimit-Reset": "later", **DATE}}, [0.5, 1.5]),
    ("a timeout", {"body": requests.ReadTimeout("slow")}, [0.5, 1.5]),
    ("a dropped connection", {"body": requests.ConnectionError("dropped")}, [0.5, 1.5]),
    ("a body cut short", {"body": requests.exceptions.ChunkedEncodingError("cut")}, [0.5, 1.5]),
    ("no connection", {"body": never_connected()}, [0.5, 1.5]),
]


@pytest.mark.parametrize(("answer", "pauses"), [row[1:] for row in TROUBLES], ids=[row[0] for row in TROUBLES])
def test_a_read_outlasts_two_failures(
    gitlab: responses.RequestsMock, gateway: Gateway, listener: Listener, answer: dict[str, Any], pauses: list[float]
) -> None:
    for _ in range(2):
        gitlab.get(f"{API}/projects/7/issues/3", **answer)
    gitlab.get(f"{API}/projects/7/issues/3", json=ISSUE)
    assert gateway.issue(7, 3).title == "Onboard a partner"
    assert listener.pauses == pauses


@pytest.mark.parametrize("answer", [row[1] for row in TROUBLES], ids=[row[0] for row in TROUBLES])
def test_a_read_gives_up_after_three_tries(
    gitlab: responses.RequestsMock, gateway: Gateway, listener: Listener, answer: dict[str, Any]
) -> None:
    gitlab.get(f"{API}/projects/7/issues/3", **answer)
    with pytest.raises(TryLater, match="GET /projects/7/issues/3") as error:
        gateway.issue(7, 3)
    assert not isinstance(error.value, Unclear)
    assert len(gitlab.calls) == 3
    assert sum(listener.pauses) <= 3


PAUSES = [
    ("longer than our patience", {"Retry-After": "40"}, 40),
    ("a day", {"Retry-After": "86400"}, 900),
    ("a date, by GitLab's clock", {"Retry-After": "Sat, 21 Nov 2026 12:01:30 GMT", **DATE}, 90),
    ("an end, by GitLab's clock", {"RateLimit-Reset": "1795262460", **DATE}, 60),
    ("a date long gone and no clock", {"Retry-After": "Sat, 21 Nov 2020 12:01:30 -0000"}, 0),
]


@pytest.mark.parametrize(("headers", "after"), [row[1:] for row in PAUSES], ids=[row[0] for row in PAUSES])
def test_what_gitlab_asks_for_reaches_the_inbox(
    gitlab: responses.RequestsMock, gateway: Gateway, listener: Listener, headers: dict[str, str], after: float
) -> None:
    gitlab.post(f"{API}/projects/7/issues/3/notes", status=429, headers=headers)
    with pytest.raises(TryLater) as error:
        gateway.create_note(7, 3, "Hello")
    assert (error.value.after, listener.pauses, len(gitlab.calls)) == (after, [], 1)


def test_a_read_does_not_sleep_longer_than_its_patience(
    gitlab: responses.RequestsMock, gateway: Gateway, listener: Listener
) -> None:
    gitlab.get(f"{API}/projects/7/issues/3", status=429, headers={"Retry-After": "40"})
    with pytest.raises(TryLater) as error:
        gateway.issue(7, 3)
    assert (error.value.after, listener.pauses, len(gitlab.calls)) == (40, [], 1)


Write: TypeAlias = tuple[str, Callable[[Gateway], object], str, str, str]
WRITES: list[Write] = [
    ("update an issue", lambda it: it.update_issue(7, 3, {"weight": 1}), "PUT", "/projects/7/issues/3", "other"),
    ("create an issue", lambda it: it.create_issue(7, {"title": "x"}), "POST", "/projects/7/issues", "issue"),
    ("create a note", lambda it: it.create_note(7, 3, "x"), "POST", "/projects/7/issues/3/notes", "note"),
    ("edit a note", lambda it: it.edit_note(7, 3, 9, "x"), "PUT", "/projects/7/issues/3/notes/9", "other"),
    ("delete a note", lambda it: it.delete_note(7, 3, 9), "DELETE", "/projects/7/issues/3/notes/9", "other"),
]
FATES: list[tuple[str, dict[str, Any], type[BotError]]] = [
    ("429 is surely not done", {"status": 429}, TryLater),
    ("a lock is surely not done", {"status": 409, "json": {"message": "409 Conflict: Resource lock"}}, TryLater),
    ("no connection is surely not done", {"body": never_connected()}, TryLater),
    ("no connection in time is surely not done", {"body": requests.ConnectTimeout("slow")}, TryLater),
    ("500 is unclear", {"status": 500}, Unclear),
    ("502 is unclear", {"status": 502, "body": HTML}, Unclear),
    ("503 is unclear", {"status": 503}, Unclear),
    ("504 is unclear", {"status": 504}, Unclear),
    ("a timeout is unclear", {"body": requests.ReadTimeout("slow")}, Unclear),
    ("a dropped connection is unclear", {"body": requests.ConnectionError("dropped")}, Unclear),
    ("an odd answer is unclear", {"body": requests.exceptions.ContentDecodingError("odd")}, Unclear),
    ("400 is for a person", {"status": 400}, AskAPerson),
    ("401 is for a person", {"status": 401}, AskAPerson),
    ("403 is for a person", {"status": 403}, Forbidden),
    ("404 is gone", {"status": 404}, NotThere),
    ("409 is for a person", {"status": 409}, AskAPerson),
    ("418 is for a person", {"status": 418}, AskAPerson),
    ("422 is for a person", {"status": 422}, AskAPerson),
]


@dataclass(frozen=True)
class Fate:
    name: str
    answer: dict[str, Any]
    error: type[BotError]


@pytest.mark.parametrize("write", WRITES, ids=lambda row: row[0])
@pytest.mark.parametrize("fate", [Fate(*row) for row in FATES], ids=lambda fate: fate.name)
def test_a_write_is_sent_once(
    gitlab: responses.RequestsMock, gateway: Gateway, listener: Listener, write: Write, fate: Fate
) -> None:
    _, call, method, path, kind = write
    gitlab.add(method, f"{API}{path}", **fate.answer)
    with pytest.raises(BotError, match=f"{method} {path}") as error:
        call(gateway)
    assert (type(error.value), len(gitlab.calls), listener.kinds) == (fate.error, 1, [kind])


BODIES: list[tuple[str, dict[str, Any], str]] = [
    ("message", {"json": {"message": "404 Project Not Found"}}, "404 Project Not Found"),
    ("message as a dict", {"json": {"message": {"title": ["is too long", "is odd"]}}}, "title is too long, is odd"),
    ("message as a list", {"json": {"message": ["one", "two"]}}, "one, two"),
    ("error", {"json": {"error": "weight is invalid"}}, "weight is invalid"),
    ("described", {"json": {"error": "no_scope", "error_description": "needs api"}}, "no_scope; needs api"),
    ("a JSON string", {"json": "Not so"}, "Not so"),
    ("a JSON list", {"json": ["one"]}, "one"),
    ("an empty object", {"json": {}}, "{}"),
    ("plain text on two lines", {"body": "Retry\n  later\n"}, "Retry later"),
    ("a page", {"body": HTML}, "an HTML page"),
    ("bytes", {"body": b"\xff\xfe"}, "\ufffd\ufffd"),
    ("a secret", {"json": {"message": f"bad {TOKEN} and whsec_AAAA+/="}}, "bad [secret] and [secret]"),
]


@pytest.mark.parametrize(("answer", "said"), [row[1:] for row in BODIES], ids=[row[0] for row in BODIES])
def test_gitlabs_own_words_are_in_the_sentence(
    gitlab: responses.RequestsMock, gateway: Gateway, answer: dict[str, Any], said: str
) -> None:
    gitlab.put(f"{API}/projects/7/issues/3", status=400, **answer)
    with pytest.raises(AskAPerson) as error:
        gateway.update_issue(7, 3, {"weight": 900})
    assert str(error.value).startswith(f"GitLab answered 400 to PUT /projects/7/issues/3: {said}. ")


def test_an_empty_body_leaves_no_gap_in_the_sentence(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    gitlab.get(f"{API}/projects/7/issues/3", status=403)
    with pytest.raises(Forbidden) as error:
        gateway.issue(7, 3)
    assert str(error.value) == (
        "GitLab answered 403 to GET /projects/7/issues/3. "
        "Give the bot's account the missing role, or its token the missing scope"
    )


def test_a_long_complaint_is_cut(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    gitlab.get(f"{API}/projects/7/issues/3", status=400, body="x" * 5000)
    with pytest.raises(AskAPerson) as error:
        gateway.issue(7, 3)
    assert len(str(error.value)) < 500


def test_a_refused_token_names_its_variable(gitlab: responses.RequestsMock) -> None:
    gitlab.get(f"{API}/user", status=401, json={"message": "401 Unauthorized"})
    owner = Gateway.connect(URL, TOKEN, variable="GITLAB_OWNER_TOKEN")
    with pytest.raises(AskAPerson, match="The token in GITLAB_OWNER_TOKEN is wrong, expired or revoked"):
        owner.me()


def test_a_query_stays_out_of_the_sentence(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    gitlab.get(f"{API}/users", status=400)
    with pytest.raises(AskAPerson) as error:
        gateway.user("pat-example")
    assert "pat-example" not in str(error.value)


@pytest.mark.parametrize("body", [HTML, "[]", "{}", "null", "", "17"], ids=repr)
def test_a_success_that_is_not_the_apis_json_is_for_later(
    gitlab: responses.RequestsMock, gateway: Gateway, body: str
) -> None:
    gitlab.get(f"{API}/projects/7/issues/3", body=body, content_type="text/html")
    gitlab.put(f"{API}/projects/7/issues/3", body=body, content_type="text/html")
    with pytest.raises(TryLater, match="GITLAB_URL is not a GitLab"):
        gateway.issue(7, 3)
    with pytest.raises(Unclear, match="a proxy or a maintenance page"):
        gateway.update_issue(7, 3, {"weight": 1})


def test_a_list_that_is_an_object_is_for_later(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    gitlab.get(f"{API}/groups/partners/milestones", json={"milestones": []})
    with pytest.raises(TryLater, match="not the API's JSON"):
        gateway.milestones("partners")


def on_page(number: int) -> Callable[[requests.PreparedRequest], tuple[bool, str]]:
    return lambda request: (asked(request).get("page", "1") == str(number), "it asks for another page")


def asked(request: requests.PreparedRequest) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(request.url or "").query))


def page(gitlab: responses.RequestsMock, number: int, iids: list[int], last: bool, **link: str) -> None:
    following = (
        f'<{link.get("base", API)}/groups/partners/issues?page={number + 1}&per_page=100&state=opened>; rel="next"'
    )
    first = f'<{API}/groups/partners/issues?page=1>; rel="first"'
    gitlab.get(
        f"{API}/groups/partners/issues",
        json=[{**ISSUE, "iid": iid} for iid in iids],
        headers={"Link": first if last else f"{following}, {first}"},
        match=[on_page(number)],
    )


def test_lists_follow_the_link_header_to_the_end(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    """A page may hold fewer entries than asked for, even none, while more pages follow."""
    page(gitlab, 3, [4], last=True)
    page(gitlab, 2, [], last=False)
    page(gitlab, 1, [1, 2], last=False)
    assert [issue.iid for issue in gateway.issues("partners")] == [1, 2, 4]
    assert len(gitlab.calls) == 3


def test_lists_ask_for_what_they_need(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    page(gitlab, 1, [1], last=True)
    list(gateway.issues("partners"))
    assert asked(gitlab.calls[0].request) == {
        "issue_type": "issue",
        "scope": "all",
        "state": "opened",
        "order_by": "created_at",
        "sort": "asc",
        "non_archived": "true",
        "per_page": "100",
    }


def test_pages_are_asked_where_we_ask_everything(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    """A proxy may know GitLab under another name, and no link may carry the token elsewhere."""
    page(gitlab, 2, [2], last=True)
    page(gitlab, 1, [1], last=False, base="http://inside.example:8080/api/v4")
    assert [issue.iid for issue in gateway.issues("partners")] == [1, 2]


def test_lists_do_without_a_link_header_that_a_proxy_took(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    milestone = {"id": 1, "iid": 1, "title": "one"}
    at = f"{API}/groups/partners/milestones"
    gitlab.get(at, json=[{**milestone, "id": 2}], headers={"X-Next-Page": ""}, match=[on_page(2)])
    gitlab.get(at, json=[milestone], headers={"X-Next-Page": "2"}, match=[on_page(1)])
    assert [one.id for one in gateway.milestones("partners")] == [1, 2]
    assert asked(gitlab.calls[1].request) == {"page": "2", "state": "all", "per_page": "100"}


def test_a_list_that_goes_in_circles_is_incomplete(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    """A cache on the way may answer every page with the same one."""
    circle = f'<{API}/groups/partners/milestones?page=2>; rel="next"'
    gitlab.get(f"{API}/groups/partners/milestones", json=[], headers={"Link": circle})
    with pytest.raises(Incomplete, match="the one after itself"):
        gateway.milestones("partners")
    assert len(gitlab.calls) == 2


def test_lists_are_read_as_they_are_consumed(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    page(gitlab, 2, [3], last=True)
    page(gitlab, 1, [1, 2], last=False)
    issues = gateway.issues("partners")
    assert len(gitlab.calls) == 0
    assert [next(issues).iid, next(issues).iid, len(gitlab.calls)] == [1, 2, 1]
    assert [next(issues).iid, len(gitlab.calls)] == [3, 2]


BROKEN: list[tuple[str, dict[str, Any], float | None]] = [
    ("busy", {"status": 503}, None),
    ("busy for a while", {"status": 429, "headers": {"Retry-After": "60"}}, 60),
    ("gone", {"status": 404}, None),
    ("a page of a proxy", {"body": HTML}, None),
]


@pytest.mark.parametrize(("answer", "after"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_a_list_that_breaks_off_is_incomplete(
    gitlab: responses.RequestsMock, gateway: Gateway, answer: dict[str, Any], after: float | None
) -> None:
    gitlab.get(f"{API}/groups/partners/issues", match=[on_page(2)], **answer)
    page(gitlab, 1, [1], last=False)
    with pytest.raises(Incomplete, match="could not be read to its end") as error:
        list(gateway.issues("partners"))
    assert error.value.after == after


def test_a_list_that_never_began_says_why(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    gitlab.get(f"{API}/groups/partners/issues", status=404)
    with pytest.raises(NotThere):
        list(gateway.issues("partners"))


def test_a_write_to_a_moved_project_follows_the_redirect(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    gitlab.post(f"{API}/projects/old%2Fhome/issues", status=301, headers={"Location": f"{API}/projects/7/issues"})
    gitlab.post(f"{API}/projects/7/issues", json=ISSUE, status=201)
    assert gateway.create_issue("old/home", {"title": "x"}).project_id == 7
    assert [call.request.method for call in gitlab.calls] == ["POST", "POST"]


def test_a_write_to_a_moved_project_asks_for_its_id(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    """GitLab's other answer to it: 405, non GET methods are not allowed for moved projects."""
    gitlab.post(f"{API}/projects/old%2Fhome/issues", status=405)
    gitlab.get(f"{API}/projects/old%2Fhome", status=301, headers={"Location": f"{API}/projects/7"})
    gitlab.get(f"{API}/projects/7", json={"id": 7, "path_with_namespace": "new/home"})
    gitlab.post(f"{API}/projects/7/issues", json=ISSUE, status=201)
    assert gateway.create_issue("old/home", {"title": "x"}).project_id == 7


ELSEWHERE = [
    (
        "another server",
        {"status": 301, "headers": {"Location": "https://new.example/api/v4/x?a=1"}},
        "https://new.example/api/v4/x:",
    ),
    (
        "https",
        {"status": 308, "headers": {"Location": "http://gitlab.example/api/v4/x"}},
        "http://gitlab.example/api/v4/x:",
    ),
    ("itself", {"status": 302, "headers": {"Location": f"{API}/projects/7/issues/3"}}, "moved to"),
    ("a page of the same server", {"status": 302, "headers": {"Location": "/users/sign_in"}}, "/users/sign_in:"),
    ("nowhere", {"status": 307}, "an address it does not name"),
    ("an id that cannot move", {"status": 405}, "405"),
]


@pytest.mark.parametrize(("answer", "said"), [row[1:] for row in ELSEWHERE], ids=[row[0] for row in ELSEWHERE])
def test_a_write_is_not_sent_elsewhere(
    gitlab: responses.RequestsMock, gateway: Gateway, answer: dict[str, Any], said: str
) -> None:
    gitlab.put(f"{API}/projects/7/issues/3", **answer)
    with pytest.raises(AskAPerson, match=said):
        gateway.update_issue(7, 3, {"weight": 1})
    assert len(gitlab.calls) == 1


def test_no_other_server_sees_the_token(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    gitlab.get(f"{API}/user", status=302, headers={"Location": "https://elsewhere.example/user"})
    gitlab.get("https://elsewhere.example/user", json={"id": 1, "username": "channel-bot"})
    gateway.me()
    assert [call.request.headers.get("PRIVATE-TOKEN") for call in gitlab.calls] == [TOKEN, None]


def test_the_token_is_in_no_text(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    gitlab.get(f"{API}/user", status=400, json={"message": TOKEN})
    with pytest.raises(AskAPerson) as error:
        gateway.me()
    assert TOKEN not in f"{error.value!r} {gateway!r} {gateway}"


@pytest.mark.parametrize("url", ["gitlab.example", "https://", "http://[::1", "ftp://gitlab.example"])
def test_an_address_that_cannot_be_used_is_named(url: str) -> None:
    with pytest.raises(AskAPerson, match="GITLAB_URL") as error:
        Gateway(url, TOKEN).me()
    assert error.value.__cause__ is None


@pytest.mark.parametrize("token", ["", "glpat-\none", "glpat-ж", "glpat one"])
def test_what_is_no_token_is_not_sent(token: str) -> None:
    with pytest.raises(AskAPerson, match="What is in GITLAB_TOKEN is no token") as error:
        Gateway(URL, token)
    assert not token or token not in str(error.value)


def test_a_token_may_end_with_a_newline(gitlab: responses.RequestsMock) -> None:
    gitlab.get(f"{API}/user", json={"id": 1, "username": "channel-bot"})
    Gateway(f"{URL}/", f"{TOKEN}\n").me()
    assert gitlab.calls[0].request.headers["PRIVATE-TOKEN"] == TOKEN


def test_every_request_has_a_timeout(gitlab: responses.RequestsMock) -> None:
    gitlab.get(f"{API}/user", json={"id": 1, "username": "channel-bot"})
    gitlab.put(f"{API}/projects/7/issues/3", json=ISSUE)
    gateway = Gateway(URL, TOKEN)
    gateway.me()
    gateway.update_issue(7, 3, {})
    assert [getattr(call.request, "req_kwargs")["timeout"] for call in gitlab.calls] == [10.0, 10.0]  # noqa: B009 - untyped


def test_each_try_is_observed(gitlab: responses.RequestsMock, gateway: Gateway, listener: Listener) -> None:
    gitlab.get(f"{API}/projects/7/issues/3", body=requests.ReadTimeout("slow"))
    gitlab.get(f"{API}/projects/7/issues/3", status=503)
    gitlab.get(f"{API}/projects/7/issues/3", json=ISSUE)
    gitlab.put(f"{API}/groups/partners%2Femea/labels/DRI%20missing", status=400)
    gitlab.get(f"{API}/projects/partners%2Fhome/repository/files/docs%2Fa.md", status=404)
    gateway.issue(7, 3)
    with pytest.raises(AskAPerson):
        gateway.update_group_label("partners/emea", "DRI missing", color="#fff")
    gateway.file("partners/home", "docs/a.md", "main")
    assert listener.seen == [
        ("GET", "/projects/:id/issues/:n", 0),
        ("GET", "/projects/:id/issues/:n", 503),
        ("GET", "/projects/:id/issues/:n", 200),
        ("PUT", "/groups/:id/labels/:name", 400),
        ("GET", "/projects/:id/repository/files/:name", 404),
    ]


def test_pacing_can_hold_a_write_back(gitlab: responses.RequestsMock) -> None:
    def hold(kind: str) -> None:
        raise TryLater(f"enough {kind}s for this minute", 12)

    gateway = Gateway(URL, TOKEN, before_write=hold)
    with pytest.raises(TryLater, match="enough notes"):
        gateway.create_note(7, 3, "Hello")
    assert len(gitlab.calls) == 0


def test_writes_work_without_hooks(gitlab: responses.RequestsMock) -> None:
    gitlab.put(f"{API}/projects/7/issues/3", json=ISSUE)
    assert Gateway(URL, TOKEN).update_issue(7, 3, {"weight": 1}).iid == 3


def test_the_clock_is_gitlabs(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    gitlab.get(f"{API}/version", json={"version": "19.1.0-ee"}, headers=DATE)
    gitlab.get(f"{API}/projects/7/issues/3", json=ISSUE, headers={"Date": "Thu, 31 Dec 2026 23:59:58 GMT"})
    assert gateway.now().isoformat()[:16] == "2026-11-21T12:00"
    assert len(gitlab.calls) == 1
    gateway.issue(7, 3)
    assert gateway.now().isoformat()[:19] in ("2026-12-31T23:59:58", "2026-12-31T23:59:59")
    assert len(gitlab.calls) == 2
    assert gateway.now(max_age=-1).isoformat()[:16] == "2026-11-21T12:00"
    assert gateway.now(max_age=60).isoformat()[:16] == "2026-11-21T12:00"
    assert len(gitlab.calls) == 3


def test_the_own_clock_stands_in_where_gitlab_stamps_nothing(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    gitlab.get(f"{API}/version", json={"version": "19.1.0-ee"}, headers={"Date": "yesterday"})
    assert gateway.now().year >= 2026
    assert gateway.now().utcoffset() is not None


def test_threads_share_a_gateway_but_no_session(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    threads, together = 8, Barrier(8)
    got: list[tuple[int, str]] = []
    for number in range(threads):
        gitlab.get(f"{API}/projects/{number}/issues/3", status=429, headers={"Retry-After": f"{number}00"})

    def ask(number: int) -> None:
        together.wait()
        for _ in range(10):
            try:
                gateway.issue(number, 3)
            except TryLater as error:
                got.append((number, f"{error.after:g}"))

    started = [Thread(target=ask, args=(number,)) for number in range(1, threads)] + [Thread(target=ask, args=(8,))]
    gitlab.get(f"{API}/projects/8/issues/3", status=429, headers={"Retry-After": "800"})
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()
    assert sorted(got) == sorted((number, f"{number}00") for number in range(1, 9) for _ in range(10))
    gateway.close()
