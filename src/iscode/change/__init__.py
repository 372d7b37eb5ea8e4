"""Evaluations over time -> what became of the results: between two commits, along a history, by the calendar."""
