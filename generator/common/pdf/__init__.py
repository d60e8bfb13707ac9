"""Decrypt PDF files, and read their attachments."""
