"""The calendar of the Partner Help Desk."""
