"""A file that somebody sends to a project turns into an address, and the address into the file for who may see it.

From GitLab's documentation: the answer's keys, and that the file of a private project is for its members.
"""

from __future__ import annotations

import base64
import re
import secrets

from bot.sandbox.attached_records import Upload
from bot.sandbox.permissions import GUEST, demand
from bot.sandbox.records import Project, User
from bot.sandbox.refusals import not_found
from bot.sandbox.world import World

FOREIGN = re.compile(r"[^\w.\-+]")
IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tiff", ".ico", ".svg")
LINK = re.compile(r"(?<=\]\()/uploads/(?=[0-9a-f]{32}/)")


def keep(world: World, user: User, project: Project, filename: str, content: bytes) -> Upload:
    """A private project takes files from its members only."""
    if project.visibility == "private":
        demand(world, user, project, GUEST)
    name = FOREIGN.sub("_", filename.replace("\\", "/").rpartition("/")[2]) or "file"
    body = base64.b64encode(content).decode()
    number, secret = world.next_id("uploads"), secrets.token_hex(16)
    return world.add(Upload(number, project.id, secret, name, body, user.id, world.clock.now()))


def found(world: World, project_id: int, secret: str, filename: str) -> Upload:
    for row in world.uploads.values():
        if (row.project_id, row.secret, row.filename) == (project_id, secret, filename):
            return row
    raise not_found("Upload")


def content(row: Upload) -> bytes:
    return base64.b64decode(row.content)


def is_image(row: Upload) -> bool:
    return row.filename.lower().endswith(IMAGES)


def with_full_links(project: Project, text: str | None) -> str | None:
    """What people write in a project links its files without saying which project; pages have to."""
    return text and LINK.sub(f"/-/project/{project.id}/uploads/", text)
