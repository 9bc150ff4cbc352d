"""Who may do what, said a second time and slowly: from the contract's words, and from nothing in the code."""

# | topic | who writes | who reads |
TABLE = """
inbound   | agency   | pipeline
rejected  | pipeline | agency
receipts  | pipeline | agency
alerts    | pipeline | agency
feedback  | agency   | pipeline
work      | pipeline | pipeline
"""
WRITES = {line.split("|")[0].strip(): line.split("|")[1].strip() for line in TABLE.strip().splitlines()}
READS = {line.split("|")[0].strip(): line.split("|")[2].strip() for line in TABLE.strip().splitlines()}
STAGES = ("dedupe", "matching", "issues", "sharing")


def topics(agencies):
    """Every topic there is: ``tocsin.<name>.<whose>.v1``."""
    for name in WRITES:
        for whose in STAGES if name == "work" else agencies:
            yield f"tocsin.{name}.{whose}.v1"


def may_with_topic(who, doing, topic):
    """``who``: an agency's name, or "worker"."""
    _, name, whose, _ = topic.split(".")

    def is_party(party):
        if party == "pipeline":
            return who == "worker"
        return who == whose

    writes, reads = is_party(WRITES[name]), is_party(READS[name])
    if doing == "write":
        return writes
    if doing == "read":
        return reads
    if doing == "describe":
        return writes or reads
    return False  # nobody changes, widens, empties or deletes a topic, or reads its settings


def may_with_group(who, doing, group):
    if doing == "delete":
        return False
    if who == "worker":
        return group == "tocsin-pipeline"
    return group.startswith("tocsin." + who + ".")


def may_with_cluster(who, doing):
    return False
