"""What is found building up, measured on simulated partnerships and read on a county's published crime."""
