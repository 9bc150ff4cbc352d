"""Who is who, measured on every set with a truth, beside the peers."""
