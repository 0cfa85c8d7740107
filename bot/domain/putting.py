"""What is wished for an issue's fields becomes the body of the one request that changes them."""

from __future__ import annotations

from functools import reduce

from bot.domain.edits import edited
from bot.domain.facts import IssueFacts
from bot.domain.plan import Fields


def changes(facts: IssueFacts, fields: Fields) -> dict[str, object]:
    """The body of the one PUT (docs.gitlab.com/api/issues, "Update an issue"): only what differs."""
    issue, body = facts.issue, dict[str, object]()
    if added := [name for name in fields.add_labels if name not in issue.labels | facts.untrusted]:
        body["add_labels"] = ",".join(added)
    if removed := [name for name in fields.remove_labels if name in issue.labels]:
        body["remove_labels"] = ",".join(removed)
    if fields.weight is not None or fields.clear_weight:
        body["weight"] = fields.weight
    if fields.assign:
        body["assignee_ids"] = [person.id for person in (*issue.assignees, *fields.assign)]
    if fields.due is not None:
        body["due_date"] = fields.due.isoformat()
    if fields.milestone is not None or fields.clear_milestone:
        body["milestone_id"] = fields.milestone.id if fields.milestone else None
    if fields.state:
        body["state_event"] = fields.state
    if fields.edits and (text := reduce(edited, fields.edits, issue.description)) != issue.description:
        body["description"] = text
    return body
