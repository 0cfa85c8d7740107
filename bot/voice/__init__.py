"""What the bot says: status comments, reminders, report issues, and the words they are made of."""
