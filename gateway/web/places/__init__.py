"""Places over HTTP: their master data and plans."""
