"""What it is to say no: one kind of exception whose message is fit for whoever asked."""

from __future__ import annotations


class Declined(Exception):
    """Nothing was changed; the message says kindly why, and what to do instead. It is shown as it stands."""
