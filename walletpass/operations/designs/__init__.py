"""Drafts, published versions and pictures of a merchant's card."""
