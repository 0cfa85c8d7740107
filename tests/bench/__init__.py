"""The bot at work becomes the numbers of docs/performance.md: `python -m tests.bench`, or `make bench`."""
