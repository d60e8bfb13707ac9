"""Reading a document back: what is on it, against what must be there."""
