"""Letters and pushes, written with the fact and sent later."""
