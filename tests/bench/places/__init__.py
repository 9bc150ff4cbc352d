"""Where it was, measured on addresses as clerks wrote them, beside the peer."""
