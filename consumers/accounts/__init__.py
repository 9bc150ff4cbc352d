"""Who may use the page: people of agencies, their passwords, where they are signed in, and what is logged of it."""
