"""The REST API: what the portals show, for programs. Read-only for now."""
