"""Words about partners: their folders, programmes and awards, as rules speak of them."""
