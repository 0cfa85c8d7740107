"""One Flask blueprint per REST resource: requests in, calls of the sandbox's services out."""

from __future__ import annotations

from flask import Blueprint

from bot.sandbox.api import (
    boards,
    commits,
    emojis,
    epics,
    events,
    files,
    groups,
    hooks,
    invitations,
    issue_lists,
    issues,
    labels,
    links,
    members,
    merge_requests,
    merge_rules,
    milestones,
    notes,
    projects,
    site,
    uploads,
)

RESOURCES = (
    site, groups, projects, members, issues, issue_lists, notes, events, emojis, labels, milestones, hooks, files,
    commits, merge_requests, merge_rules, invitations, links, uploads, epics, boards,
)  # fmt: skip


def blueprints() -> list[Blueprint]:
    return [resource.routes for resource in RESOURCES]
