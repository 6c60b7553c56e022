"""Using rewards."""
