"""The partnership's address list: what a written address is, by evidence, and how surely."""
