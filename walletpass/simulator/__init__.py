"""A push service and phones that behave as the real ones do, to develop and test against."""
