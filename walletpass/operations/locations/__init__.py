"""A merchant's locations, and the places that cards show."""
