"""How each kind of parcel is written and its answer read: pure, no socket and no clock."""
