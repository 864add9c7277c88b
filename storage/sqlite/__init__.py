"""SQLite, the embedded default: one connection a process, one process a file."""
