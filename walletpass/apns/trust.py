"""Which roots a connection to APNs trusts."""

import ssl

import certifi


def find_roots() -> str:
    """The file of the machine's trusted roots, or of the ones that come with us where it has none."""
    return ssl.get_default_verify_paths().cafile or certifi.where()
