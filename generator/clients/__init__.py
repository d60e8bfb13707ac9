"""From the vendor's list of clients to descriptors: a row is an order."""
