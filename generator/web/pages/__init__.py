"""The pages: each works with a plain form; htmx only saves reloading it."""
