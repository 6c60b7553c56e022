"""Card files for Apple Wallet."""
