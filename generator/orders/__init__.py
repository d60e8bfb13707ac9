"""Build orders from descriptors: the schema, the model, and the canonical descriptor."""

from generator.orders.model import Order

__all__ = ["Order"]
