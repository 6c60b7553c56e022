"""A push service, a Google and phones that behave as the real ones do, to develop and test against."""

SIMULATOR_FOLDER = "simulator"
"""Inside the data folder: what simulated phones and services keep, and where they answer."""
