"""Friends who bring friends."""
