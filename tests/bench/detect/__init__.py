"""The detectors, measured beside R, on simulated outbreaks and over a real town."""
