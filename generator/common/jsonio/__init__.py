"""Read JSON files with the position of every value, and check them against a schema."""
