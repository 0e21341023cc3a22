"""What the mail room knows."""
