"""What people decide to do about it: problems worked on stage by stage, and the tasks that come of them."""
