"""Which mentions are one person: normal forms, keys, evidence, weights, and what forbids."""
