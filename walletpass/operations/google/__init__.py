"""The same card as a loyalty object in Google Wallet."""
