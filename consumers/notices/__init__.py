"""Notices: what each person asked to hear of, by the way they chose, within what they may know when it is sent."""
