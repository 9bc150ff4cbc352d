"""The way of one report: intake, dedupe, matching, issues, sharing."""

import os

# The products of matrices here are small. On a busy machine the library's threads spin while they wait for each other's
# piece of one, and closing a day took twice the processor.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
