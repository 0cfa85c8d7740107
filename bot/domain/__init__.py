"""Words of the Channels team's work: facts, wishes, plans and calendars, with nothing but the standard library."""
