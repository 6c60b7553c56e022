"""Loyalty cards for Apple Wallet and Google Wallet, issued, stamped and kept current by your own server."""
