"""Many orders: planned, rendered in parallel, recorded, and taken up again where they were left."""
