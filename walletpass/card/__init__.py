"""What a holder sees, as plain values: the card's facts and the design's look and words.

All that a wallet format knows of loyalty. Standard library only.
"""
