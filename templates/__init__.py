"""The built-in templates, and the code that builds them."""
