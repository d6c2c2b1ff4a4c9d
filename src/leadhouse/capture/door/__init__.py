"""The sources' door: requests become submissions, are written together and answered as each asks."""
