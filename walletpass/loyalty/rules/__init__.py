"""What an activity earns by the rules of a program, and what of that is left after a refund."""
