"""Users, roles, sessions, machine clients."""
