"""The intake form that the vendor's process file describes: what both portals ask, and how."""
