"""What the service can do: folders by subject, one file per verb. Owns every transaction."""
