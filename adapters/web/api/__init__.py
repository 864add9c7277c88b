"""The API for programs, under /api/v1: a thin door before the desk's own."""
