"""What the bot asks of GitLab, one file per resource: a method becomes one request and its answer a fact."""
