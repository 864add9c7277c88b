"""What the store does, by noun, as generators (see storage/tx.py): all logic, no I/O."""
