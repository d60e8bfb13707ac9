"""Check own templates: the file itself, and the documents that it renders with stress orders."""
