"""A gift for those who have been there most."""
