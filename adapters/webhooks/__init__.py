"""Signed webhooks: what happens on the desk, told to an address outside."""
