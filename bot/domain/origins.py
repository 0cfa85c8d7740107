"""The issues of a project become what they were before some were moved away and came back under other numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.domain.gitlab import Issue


def traced(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """The same, in their order: those that came back with their first number, and without what they left behind.

    What was moved away for good stays as it is.
    """
    every = tuple(issues)
    stubs = [one for one in every if one.moved_to_id is not None]
    left = {stub.id for stub in stubs if any(stub.became(one) for one in every)}
    return tuple(_numbered(one, stubs) for one in every if one.id not in left) if left else every


def named_among(issue: Issue, others: Iterable[Issue]) -> Issue:
    """The issue with the first number that it has where it is listed."""
    here = (issue.project_id, issue.iid)
    first = next((one.first_iid for one in others if (one.project_id, one.iid) == here), 0)
    return replace(issue, first_iid=first) if first else issue


def _numbered(issue: Issue, stubs: Iterable[Issue]) -> Issue:
    return replace(issue, first_iid=min((stub.iid for stub in stubs if stub.became(issue)), default=0))
