"""What GitLab shows of the practice group, where Professional Services and partners develop together."""
