"""Intake: decode, check, grade and keep each report as it was sent, for good."""
