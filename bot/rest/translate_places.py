"""GitLab's JSON into the facts of places: one parsed object of a group, a share, an invitation or a project into each.

A missing key or a value of another kind raises KeyError, TypeError or ValueError, and the gateway makes it our error.
"""

from __future__ import annotations

from datetime import date

from bot.domain.places import Folder, Guest, Room, Seat
from bot.rest.translate import Json


def folder(data: Json) -> Folder:
    return Folder(
        id=int(data["id"]),
        path=str(data["full_path"]),
        name=str(data["name"]),
        parent_id=None if data["parent_id"] is None else int(data["parent_id"]),
        visibility=str(data["visibility"]),
        subgroup_creation=str(data["subgroup_creation_level"]),
        web_url=str(data.get("web_url") or ""),
    )


def guests(data: Json) -> tuple[Guest, ...]:
    """A missing list is no empty list: who may read is not guessed."""
    return tuple(
        Guest(int(share["group_id"]), str(share["group_full_path"]), int(share["group_access_level"]))
        for share in data["shared_with_groups"]
    )


def seat(data: Json) -> Seat:
    made = data.get("created_at")
    day = date.fromisoformat(str(made)[:10]) if made else None
    return Seat(None, str(data["invite_email"]), int(data["access_level"]), day)


def room(data: Json) -> Room:
    return Room(
        id=int(data["id"]),
        path=str(data["path_with_namespace"]),
        name=str(data["name"]),
        namespace=str(data["namespace"]["full_path"]),
        default_branch=str(data.get("default_branch") or "main"),
        web_url=str(data.get("web_url") or ""),
        visibility=str(data["visibility"]),
    )


def refusal(data: Json) -> str | None:
    """Why an invitation was not made, None when it was: GitLab says 201 either way (docs.gitlab.com/api/invitations).

    The addresses are left out: who reads the reason need not read them.
    """
    if data["status"] != "error":
        return None
    said = data["message"]
    words = "; ".join(map(str, said.values())) if isinstance(said, dict) else str(said)
    return " ".join(words.split())[:300].rstrip(".")
