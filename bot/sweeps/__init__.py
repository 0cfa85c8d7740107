"""Behind the sweep: what a listing comes to, when it is too much, and what it leaves to read."""
