"""Comments that speak to the bot become deeds and answers."""
