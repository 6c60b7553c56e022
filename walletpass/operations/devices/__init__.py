"""What phones tell and ask."""
