"""`steward …`: the commands' bodies. They receive what they need as factories and import no adapter and no storage."""
