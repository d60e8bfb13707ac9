"""Orders: the descriptor's schema and formats, the model, and the canonical descriptor."""

from generator.orders.build import Draft
from generator.orders.build import draft_order
from generator.orders.model import Order

__all__ = ["Draft", "Order", "draft_order"]
