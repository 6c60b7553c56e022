"""Pages for the counter: scan, stamp, redeem, undo."""
