"""Reading mail: raw bytes in, a `Letter` out. Knows no Django, so that it can run in a process with limits."""
