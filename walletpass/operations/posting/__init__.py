"""The one write path for balances."""
