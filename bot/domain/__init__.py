"""The rules, pure: no I/O, no async, no clock. Time arrives as an argument, always aware and in UTC."""
