"""Maintenance of the vendor's service: windows that come back, and single ones that are planned and announced."""
