"""Card and Design to signed Apple Wallet passes. A library of its own: no framework, no database, no settings."""
