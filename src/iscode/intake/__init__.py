"""Foreign registers -> records, and a report of each cell that could not be placed."""
