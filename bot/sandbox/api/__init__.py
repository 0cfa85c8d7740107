"""One Flask blueprint per REST resource: requests in, calls of the sandbox's services out."""
