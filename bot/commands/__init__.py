"""The subcommands of `channel-bot`, one module each, named as they are called."""
