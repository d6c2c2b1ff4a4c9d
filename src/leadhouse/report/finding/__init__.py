"""Which leads of one party a search can mean; a portal shows them through its fence alone."""
