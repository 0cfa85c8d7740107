"""The inside of the inbox: how deliveries become leases, and leases become done. Use it through `bot.inbox`."""
