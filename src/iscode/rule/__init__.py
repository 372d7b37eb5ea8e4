"""The shelf rules/: rule file -> compiled rule."""
