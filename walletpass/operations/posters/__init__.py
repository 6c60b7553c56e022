"""Posters for the counter."""
