"""Question protocols as data, and the engine that asks them."""
