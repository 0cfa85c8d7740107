"""The table of a tracking issue, and candidates' own issues, become who is on the way to be a trainer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.facts import IssueFacts
from bot.domain.form import read_form
from bot.domain.forms import CANDIDATE
from bot.domain.gitlab import Issue
from bot.domain.tasklines import lines, plain

CELL = re.compile(r"(?<!\\)\|")
RULE = re.compile(r"\s*:?-+:?\s*")
REFERENCE = re.compile(r"(?:#|/issues/|/work_items/)(?P<iid>\d+)\b")
HANDLE = re.compile(r"[\w.-]*\w")
RELATED = re.compile(r"marked this issue as related to (?P<project>[^\s#]*)#(?P<iid>\d+)")
"""GitLab's own words (app/services/system_notes/issuables_service.rb)."""
NAMES, HANDLES, ISSUES = {"name", "candidate"}, {"gitlab handle", "handle"}, {"issue"}


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the table, as people wrote it; `handle` without the @, `iid` 0 when no issue is named."""

    name: str
    handle: str
    iid: int = 0


@dataclass(frozen=True, slots=True)
class Enlisted:
    """Somebody with an issue of their own, as they wrote it; what the form does not tell is empty."""

    issue: Issue
    name: str
    handle: str
    courses: str


@lru_cache(maxsize=16)
def listed(text: str) -> tuple[Listed, ...]:
    """Whom the table of candidates names, found by its head; lines with neither name nor handle are left out."""
    found: list[Listed] = []
    head: list[str] | None = None
    for line in lines(text):
        cells = _cells(line.said)
        if not cells:
            head = None
        elif head is None:
            head = [plain(cell) for cell in cells]
        elif {*head} & NAMES and {*head} & HANDLES and not all(map(RULE.fullmatch, cells)):
            found.extend(_listed(dict(zip(head, cells, strict=False))))
    return tuple(found)


def enlisted(issue: Issue) -> Enlisted:
    """What a candidate's issue says of them."""
    values = read_form(issue.description, CANDIDATE).values
    return Enlisted(issue, *(values.get(key, "") for key in ("candidate", "handle", "courses")))


def without_issue(listed: Iterable[Listed], there: Iterable[Enlisted]) -> tuple[Listed, ...]:
    """Those of the table for whom nobody opened an issue, each once."""
    known = list(there)
    return tuple(dict.fromkeys(one for one in listed if not any(_is_same(one, other) for other in known)))


def is_related(tracking: IssueFacts, candidate: Issue) -> bool:
    """Whether the two were ever linked, by anybody; what people unlinked since stays so."""
    here = {"", tracking.issue.project, tracking.issue.project.rpartition("/")[2]}
    told = (RELATED.fullmatch(note.body) for note in tracking.notes if note.system)
    return any(hit["project"] in here and int(hit["iid"]) == candidate.iid for hit in told if hit)


def _is_same(one: Listed, other: Enlisted) -> bool:
    handles = {other.handle.casefold(), other.issue.author.username.casefold()} - {""}
    is_named = bool(one.name) and plain(one.name) == plain(other.name)
    return one.iid == other.issue.iid or one.handle.casefold() in handles or is_named


def _cells(said: str) -> list[str]:
    line = said.strip()
    return [cell.strip() for cell in CELL.split(line.removeprefix("|").removesuffix("|"))] if "|" in line else []


def _listed(row: Mapping[str, str]) -> Iterator[Listed]:
    name, handle, issue = (_cell(row, heads) for heads in (NAMES, HANDLES, ISSUES))
    account, number = HANDLE.fullmatch(handle.strip("`@ ")), REFERENCE.search(issue)
    if plain(name) or account:
        yield Listed(name, account[0] if account else "", int(number["iid"]) if number else 0)


def _cell(row: Mapping[str, str], heads: Set[str]) -> str:
    return next((row[head] for head in heads & row.keys()), "")
