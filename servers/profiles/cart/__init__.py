"""Carts: lines of things from a catalog, and orders made of them."""
