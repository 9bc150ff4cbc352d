"""Who may know, tried at length."""
