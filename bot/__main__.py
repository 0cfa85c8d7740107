"""`python -m bot` is the command `channel-bot`."""

from bot.cli import main

main()
