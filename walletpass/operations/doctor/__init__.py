"""What keeps an installation from working, found by trying: one file per thing that is tried."""
