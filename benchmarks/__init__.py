"""How fast the hours are reckoned, beside other libraries in the same run: `make bench`, or `python -m benchmarks`."""
