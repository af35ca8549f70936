"""A small retailer made from a seed: what happened in its shops, and what its books must show."""
