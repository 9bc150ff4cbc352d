"""Seeing how Tocsin does: figures of the store and the broker, what is missing, and where others read them."""
