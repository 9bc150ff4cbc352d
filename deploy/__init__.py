"""How it runs: the command line, the broker, the demo, the migrations."""
