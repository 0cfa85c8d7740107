"""A stateful GitLab emulator at the wire: REST requests in, GitLab's answers, refusals and webhooks out."""
