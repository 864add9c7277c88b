"""Steward's desk: what a support desk does, knowing no chat SDK, no database driver and no web framework."""
