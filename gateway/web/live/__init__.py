"""Open streams: what happened since a cursor, in its viewer's sight."""
