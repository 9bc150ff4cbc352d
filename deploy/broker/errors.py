"""What the broker's users are told when there is none."""


class BrokerAway(Exception):
    """No broker: it could not be reached or started; the message is a sentence for people."""


class BrokerRefused(BrokerAway):
    """The broker answers, but will not do what was asked."""
