"""The demo: an invented client's month, played through the real use cases on a simulated clock."""
