"""Items that may be one thing, the evidence for it, and the entities that follow: incidents, people, places."""
