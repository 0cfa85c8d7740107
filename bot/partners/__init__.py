"""What belongs to one partner: read as facts, carried out step by step, and written down where it does not see it."""
