"""Members check in by themselves, with a code that a till shows."""
