"""Rows. The only room that knows the database; one file per subject, with its tables and its statements."""
