"""Setting up an installation."""
