"""The rules of a merchant's programme."""
