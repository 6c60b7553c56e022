"""Finding cards and loading what they show."""
