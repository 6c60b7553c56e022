"""Looking whether ledgers are as they were written."""
