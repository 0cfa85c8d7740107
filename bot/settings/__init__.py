"""The inside of the configuration: models, YAML with line numbers, and the words for mistakes."""
