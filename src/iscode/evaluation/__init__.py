"""Rules x records -> results -> findings -> verdict."""
