"""Issues that began with the team's templates, and those that are opened again and again, as they are in GitLab."""
