"""Django admin, entered per vendor."""
