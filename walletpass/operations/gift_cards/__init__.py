"""Gift cards: one file per verb; `moving` is the one write path of their money."""
