"""The Channels bot: what a GitLab webhook points at becomes the fields, comments and issues the handbook asks for.

The way of one change, file by file:

1. `receiver` takes a webhook, `delivery` decides whether it is real and what it names, `inbox` stores that durably;
2. `dispatch` leases a subject that is due and hands it to `worker`;
3. `snapshot` reads the subject fresh from GitLab as facts;
4. `rules` asks every handler what it wishes and merges the wishes into a plan;
5. `apply` grants the plan through `gateway`, the only door to GitLab;
6. `audit` writes down which rule did what, and how it went.

`sweep` is the same with everything that changed, instead of what a webhook named.
"""

__version__ = "0.1.0"
