"""A number becomes so many partners in the registry, and their folders."""

from __future__ import annotations

from collections.abc import Callable

from tests.stage import Stage

REGION = "gitlab-com/channel/partners/emea"
ENTRY = """
  - id: many-{number}
    name: Partner {number} Works
    region: emea
    account_manager: cam-emea
    track: select
    status: authorized
    types: [rsi]
    ps_kind: project_based
    activities: [services]
    contacts:
      primary: {{name: Some One, email: some@many-{number}.example}}
    agreements: {{mpa: 2026-05-04, services_addendum: 2026-05-04}}
    practitioners: {{sales_core: 2, sa_core: 1, pse: 2}}
    certifications: []
    stage: enabling
"""


def registered(count: int) -> Callable[[str], str]:
    """partners.yml with so many partners more, about whom there is nothing to say."""
    return lambda text: text + "".join(ENTRY.format(number=number) for number in range(count))


def folders(on: Stage, count: int, *, guest: str = "", begin: int = 0) -> None:
    """Groups as people make them for these partners; the guest was let into the internal ones."""
    root = on.as_("root")
    guests = root.users.list(username=guest, get_all=True) if guest else []
    for number in range(begin, count):
        fields = {"name": f"Partner {number} Works", "path": f"many-{number}", "visibility": "private"}
        made = root.groups.create({**fields, "parent_id": root.groups.get(REGION).id})
        for name in ("collaboration", "internal"):
            below = root.groups.create({"name": name, "path": name, "parent_id": made.id, "visibility": "private"})
            if name == "internal":
                for person in guests:
                    below.members.create({"user_id": person.id, "access_level": 20})
        collaboration = root.groups.get(f"{REGION}/many-{number}/collaboration", lazy=False)
        collaboration.invitations.create({"email": f"some@many-{number}.example", "access_level": 40})
