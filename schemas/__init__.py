"""The words: what agencies, analysts and the pipeline say to each other, and the store that remembers it."""
