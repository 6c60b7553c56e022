"""Published changes move to all cards at a set rate."""
