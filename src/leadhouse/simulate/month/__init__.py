"""The mission's month made up again: who asks, where, when and for what, the same for the same seed. Pure."""
