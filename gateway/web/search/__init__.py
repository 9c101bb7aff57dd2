"""Search: any number in any spelling, and what a viewer may see of what it means."""
