"""The demo prefecture: seeded, generated, never downloaded."""
