"""Who may do what on a secured broker: users, rights and quotas, made from the topic table and the agencies file."""
