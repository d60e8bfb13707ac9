"""Orders: the descriptor's schema and formats, the model, and the canonical descriptor."""

from generator.orders.model import Order

__all__ = ["Order"]
