"""Requests of outside services: mail that a provider took in for us."""
