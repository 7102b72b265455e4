"""What happened, provably: the shared case ledger and the database under it."""
