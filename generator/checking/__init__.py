"""Templates checked before they serve: what is written in them, and what they give with orders that strain them."""
