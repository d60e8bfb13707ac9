"""Define the content of a document: mentions, printed values, QR code, pictures, names of files and fields."""
