"""Analysis by synthesis: the pages that an order's document must show, and what a delivered page shows otherwise."""
