"""A source's own pages: what it posted, what it was answered, what became of it, what it earned, its keys."""
