"""Webhooks: entries told to the systems of those who may read them, signed by Standard Webhooks 1.0.0."""
