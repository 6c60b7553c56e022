"""Corrections by hand that are too large for one person: somebody asks, somebody else answers."""
