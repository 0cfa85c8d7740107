"""Letters to partners: composed, looked over, wrapped up as a draft, and sent at most once."""
