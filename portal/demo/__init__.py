"""Demo people and tickets, played through the real commands at instants of the last days."""
