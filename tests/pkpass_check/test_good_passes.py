"""Passes that an iPhone accepts are not refused, whoever made them and when."""
