"""Measurements: slow, never asserted on, each with the command that makes it."""
