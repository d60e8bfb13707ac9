"""The user's own settings, `segurdoc.toml` or `[tool.segurdoc]`: found, checked, and given as one value."""
