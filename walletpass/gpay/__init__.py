"""Card and Design to Google Wallet's loyalty cards. A library of its own: no framework, no database, no settings."""
