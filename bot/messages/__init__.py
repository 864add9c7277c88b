"""What the desk says, as data: people, instants and raw text. An adapter's render picks mentions, local times and
escaping."""
