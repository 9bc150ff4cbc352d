"""Which places are one: normal forms, what a text says of a place, and what the address list makes of it."""
