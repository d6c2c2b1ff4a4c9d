"""A batch of leads decided and applied in one transaction: what is read, what is used up, what is told."""
