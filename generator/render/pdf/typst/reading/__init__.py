"""Read the XML of a rendered DOCX into the typed model (`typst/model.py`), and note what Typst does not support."""
