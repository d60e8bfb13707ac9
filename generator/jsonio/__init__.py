"""JSON files: read with the place of every value, and checked against a schema."""
