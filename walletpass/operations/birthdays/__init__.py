"""Credits on birthdays."""
