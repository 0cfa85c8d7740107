"""The database: where it is, what its tables are, how a transaction goes."""
