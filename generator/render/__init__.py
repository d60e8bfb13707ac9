"""From an order to its files: DOCX, PDF, read back, delivered."""
