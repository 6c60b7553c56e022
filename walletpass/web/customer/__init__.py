"""Pages for customers: join, find one's card again, the card itself."""
