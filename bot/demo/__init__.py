"""The demo: a sandbox GitLab and the bot as real processes, and a story that several people play on them."""
