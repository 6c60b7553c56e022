"""A merchant's customers."""
