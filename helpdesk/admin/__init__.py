"""Django admin: the process as rows, under the same checks as the file."""
