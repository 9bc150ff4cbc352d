"""Is something building up: detectors over what a batch touched and over closed days, and the alerts they make."""
