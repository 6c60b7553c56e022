"""Joining, and finding one's card again."""
