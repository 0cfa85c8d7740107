"""REST: the protected branches of a project and the rules about who approves its merge requests."""

from __future__ import annotations

from flask import Blueprint, Response

from bot.sandbox import merge_rules, present_code
from bot.sandbox.params import Params
from bot.sandbox.permissions import MAINTAINER, demand
from bot.sandbox.records import Project
from bot.sandbox.refusals import bad_parameter
from bot.sandbox.support import answer, caller, code, here, nothing, page_of, params, project

routes = Blueprint("merge_rules", __name__)
BRANCHES = "/projects/<ref:name>/protected_branches"
RULES = "/projects/<ref:name>/approval_rules"


@routes.get(BRANCHES)
def branches(name: str) -> Response:
    rows = here().index.protected[_kept(name).id]
    word = params().text("search") or ""
    return page_of([row for row in rows if word in row.name], lambda row: present_code.protected(here(), row))


@routes.get(f"{BRANCHES}/<ref:branch>")
def branch(name: str, branch: str) -> Response:
    return answer(present_code.protected(here(), merge_rules.protected(here(), _kept(name), branch)))


@routes.post(BRANCHES)
def protect(name: str) -> Response:
    me, at, asked = caller(), project(name), params()
    wanted, push, merge = asked.required("name"), _level(asked, "push"), _level(asked, "merge")
    row = merge_rules.protect(here(), me, at, wanted, push=push, merge=merge)
    return answer(present_code.protected(here(), row), 201)


@routes.delete(f"{BRANCHES}/<ref:branch>")
def unprotect(name: str, branch: str) -> Response:
    merge_rules.unprotect(here(), caller(), project(name), branch)
    return nothing()


@routes.get(RULES)
def rules(name: str) -> Response:
    return page_of(merge_rules.rules_of(here(), _licensed(name)), present_code.approval_rule)


@routes.post(RULES)
def add_rule(name: str) -> Response:
    me, at, asked = caller(), _licensed(name), params()
    title, required = asked.required("name"), asked.integer("approvals_required", least=0)
    if required is None:
        raise bad_parameter("approvals_required is missing")
    return answer(present_code.approval_rule(merge_rules.add_rule(here(), me, at, title, required)), 201)


@routes.delete(f"{RULES}/<int:number>")
def drop_rule(name: str, number: int) -> Response:
    me, at = caller(), _licensed(name)
    row = merge_rules.rule(here(), at, number)
    demand(here(), me, at, MAINTAINER)
    here().remove(row)
    return nothing()


def _kept(name: str) -> Project:
    """The project, to one who keeps it."""
    me, found = caller(), project(name)
    demand(here(), me, found, MAINTAINER)
    return found


def _licensed(name: str) -> Project:
    caller()
    found = code(name)
    merge_rules.licensed(here())
    return found


def _level(asked: Params, kind: str) -> int:
    level = asked.integer(f"{kind}_access_level")
    if level is not None and level not in merge_rules.LEVELS:
        raise bad_parameter(f"{kind}_access_level does not have a valid value")
    return MAINTAINER if level is None else level
