"""Who comes in, how long, and what each may see: sessions, tokens, sights."""
