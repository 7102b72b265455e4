"""One module for each step of the schema, named by its date and what it brings."""
