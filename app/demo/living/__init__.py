"""The living demo: people, vehicles and hospitals that work with the service as anybody outside would."""
