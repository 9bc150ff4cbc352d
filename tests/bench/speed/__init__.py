"""How fast, and what it takes."""
