"""DOCX templates and the documents rendered from them: read, checked, filled in."""
