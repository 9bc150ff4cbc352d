"""Reports sent by hand, for agencies without a system that sends: a form and a table, by the same rules and topic."""
