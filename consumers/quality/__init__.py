"""What became of what each agency sent, how good it was, and how often each rule's alerts were real."""
