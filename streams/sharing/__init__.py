"""Who may know what: the one place that everything which leaves passes through, and it fails closed."""
