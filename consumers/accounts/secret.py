"""Words made from a secret, and comparing them."""

from hmac import compare_digest, new


def derived(secret: str, purpose: str) -> str:
    """A value that only who holds the secret can know, and that does not give the secret away."""
    return new(secret.encode("utf-8", "replace"), purpose.encode(), "sha256").hexdigest()


def agrees(given: str, expected: str) -> bool:
    """Whether they are the same, told in a time that does not say how far they are."""
    return compare_digest(given.encode("utf-8", "replace"), expected.encode("utf-8", "replace"))
