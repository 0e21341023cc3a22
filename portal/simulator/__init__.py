"""What would happen: a scenario played in virtual time on the real engine, and taken back."""
