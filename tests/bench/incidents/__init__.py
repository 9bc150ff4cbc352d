"""Which reports are one incident, measured on simulated partnerships."""
