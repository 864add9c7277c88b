"""How fast the desk is, beside others in the same run: `make bench`, or `python -m benchmarks`."""
