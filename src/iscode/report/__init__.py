"""Evaluation -> text, JSON: one format, one file."""
