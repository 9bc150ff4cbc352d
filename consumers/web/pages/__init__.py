"""What the page shows: a module for signing in, for the alerts, for one's own account, for an agency's users."""
