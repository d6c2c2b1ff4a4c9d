"""The best set of buyers among those that may have the lead, and why the others lost. Pure."""
