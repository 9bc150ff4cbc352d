"""The escalation ladder: what was done, what could be next, and what must be recorded before it is."""
