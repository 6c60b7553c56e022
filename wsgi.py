"""The application for a WSGI server: `granian --interface wsgi wsgi:app`."""

from walletpass.app import open_app

app = open_app()
