"""A commit that is no registry becomes the points of the operator's issue, each with its file and line."""

from __future__ import annotations

from typing import Final

from bot.domain.actions import Say
from bot.domain.plan import Plan, Wish
from bot.domain.speech import code, quoted
from bot.domain.subject import REGISTRY
from bot.registry.loader import Broken
from bot.registry.shelf import Source
from bot.settings.yamlfile import Problem

NAME: Final = "registry"
"""Of the report and its templates."""
MOST: Final = 20
"""Problems told at once; who mends those sees the rest."""
LONGEST: Final = 240
"""Characters of one problem: it may repeat what somebody wrote."""


def complaint(source: Source, sha: str, broken: Broken, staff_only: bool) -> Plan:
    """What the operator should read about a bad commit; where others read along, nothing of what stands in it."""
    point = _point if staff_only else _place
    points = [point(source, sha, problem) for problem in broken.problems[:MOST]]
    left = len(broken.problems) - MOST
    if left > 0:
        points.append(Say("", "more", {"count": str(left)}))
    return Plan(REGISTRY, wishes=tuple(Wish(NAME, point) for point in points))


def content() -> Plan:
    """Nothing to complain about."""
    return Plan(REGISTRY)


def short(sha: str) -> str:
    return sha[:8]


def _point(source: Source, sha: str, problem: Problem) -> Say:
    what = quoted(problem.text, LONGEST)
    return Say("", "broken", {"commit": _commit(source, sha), "where": _where(problem), "what": what})


def _place(source: Source, sha: str, problem: Problem) -> Say:
    return Say("", "place", {"commit": _commit(source, sha), "where": _where(problem)})


def _commit(source: Source, sha: str) -> str:
    return code(f"{source.project}@{short(sha)}")


def _where(problem: Problem) -> str:
    return code(f"{problem.path.name}:{problem.line}")
