"""The people: those who publish, those who watch, and the page."""
