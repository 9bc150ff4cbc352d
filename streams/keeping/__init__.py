"""What is kept: bodies under keys of their own, how long, for whom it is shown or erased, and the log of all that."""
