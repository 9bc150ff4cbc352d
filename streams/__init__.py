"""The way of one report: intake, dedupe, matching, issues, sharing."""
