"""A simulated partnership: a town, what happens in it, and what its agencies send."""
