"""Several reports, one incident: found by where, when, what and who, and told as one derived account."""
