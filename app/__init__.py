"""The roof: configuration, composition, command line, demo."""
