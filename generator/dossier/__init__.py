"""Follow orders after their documents are rendered: signatures, deadlines, archives for requests for payment."""
