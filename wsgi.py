"""The application for a WSGI server: `granian --interface wsgi wsgi:app`."""

from walletpass.app import create_app, start_sightings

app = create_app()
start_sightings(app)
