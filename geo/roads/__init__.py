"""The road graph: import, closures, compiled index, travel times."""
