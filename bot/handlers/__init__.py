"""Judgement: one module per family of handbook rules, found by name, pure."""
