"""What was recorded, played again: tapes of a journal, captures of a device."""
