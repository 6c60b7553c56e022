"""Rewards: who gets them, what they take off an order, how they change hands; and gift cards."""
