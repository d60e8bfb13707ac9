"""`segurdoc serve`: the HTTP API, and pages for people who use no terminal."""
