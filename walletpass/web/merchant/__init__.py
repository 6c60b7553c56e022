"""Pages for owners: the card's look, the rules, customers, people, poster, health."""
