"""Wake phones through Apple's push service: one warm HTTP/2 connection per pass certificate."""
