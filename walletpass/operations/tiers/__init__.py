"""Tiers of members."""
