"""Import descriptors from the vendor's list of clients: each row is an order."""
