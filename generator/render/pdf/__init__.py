"""DOCX to PDF: the engine that converts, and the finishing of what it gives."""
