"""Stamps, and taking them back."""
