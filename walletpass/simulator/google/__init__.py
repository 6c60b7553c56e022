"""A Google Wallet that issuers can talk to, and Android phones that keep its cards."""
