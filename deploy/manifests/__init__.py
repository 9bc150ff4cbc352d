"""What others need to run Tocsin, written from what Tocsin knows: topics, users, settings, the dashboard."""
