"""Slack as a face of the desk: Bolt's events in, the Web API out."""
