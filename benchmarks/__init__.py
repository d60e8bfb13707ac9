"""Measurements: each script prints figures and the command that gives them."""
