"""Assets over HTTP: where each is and was, the board, the events themselves."""
