"""What comes again and again: what a program manager wrote becomes the days on which an issue opens and is due."""
