"""What stands between a change and a default branch (docs.gitlab.com/api/protected_branches, /projects)."""

from __future__ import annotations

from fnmatch import fnmatchcase

from bot.domain.places import MergeRules
from bot.errors import NotThere
from bot.rest import translate_planning as translate
from bot.rest.calls import Calls, enc
from bot.rest.translate_planning import Protection

DEVELOPER = 30
"""Who may push to a branch that nothing protects."""


class MergingCalls(Calls):
    """`project` is an id or a full path. Only its Maintainers may ask: Forbidden for others."""

    def merge_rules(self, project: int | str) -> MergeRules:
        """Three calls: the project, its protected branches, its approval rules."""
        path = f"/projects/{enc(project)}"
        own = self._read(path, translate.settings)
        rules = tuple(self._each(f"{path}/protected_branches", translate.protection))
        over = [rule for rule in rules if _covers(rule, own.branch)]
        required = self._approvals(path)
        return MergeRules(
            project=own.path,
            branch=own.branch,
            protected=bool(over),
            merge_level=_least([*(rule.merge + rule.push for rule in over)]),
            push_level=_least([rule.push for rule in over]),
            approvals_required=None if required is None else max(required, own.approvals or 0),
            discussions_resolved=own.discussions_resolved,
            merge_method=own.method,
        )

    def _approvals(self, path: str) -> int | None:
        try:
            return max(self._each(f"{path}/approval_rules", translate.approvals), default=0)
        except NotThere:
            return None


def _covers(rule: Protection, branch: str) -> bool:
    """Of the wildcards of `fnmatch` GitLab knows the asterisk alone."""
    pattern = rule.name.replace("[", "[[]").replace("?", "[?]")
    return fnmatchcase(branch, pattern)


def _least(levels: list[tuple[int, ...]]) -> int | None:
    """Of several rules the most permissive counts; without any a Developer may."""
    if not levels:
        return DEVELOPER
    return min((level for many in levels for level in many if level), default=None)
