"""How partners hear of things: announcements with their notice, newsletters, webcasts and who signs off before."""
