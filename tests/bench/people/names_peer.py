"""What nomenklatura's logic-v2 makes of pairs of names: run by the peers' own Python, pairs in, one JSON object out."""

import json
import sys
import time
from importlib.metadata import version

from followthemoney import model
from followthemoney.proxy import EntityProxy
from nomenklatura.matching import LogicV2


def main() -> None:
    """Score the pairs on standard input with the settings that it ships; as many as the argument says to warm up."""
    settings, asked, warm = LogicV2.default_config(), json.load(sys.stdin), int(sys.argv[1])
    pairs = [(_person(f"{n}-one", one), _person(f"{n}-other", other)) for n, (one, other) in enumerate(asked)]
    for one, other in pairs[:warm]:
        LogicV2.compare(one, other, settings)
    start = time.process_time()
    scores = [LogicV2.compare(one, other, settings).score for one, other in pairs[warm:]]
    micros = (time.process_time() - start) / len(scores) * 1e6
    print(json.dumps({"scores": scores, "micros": micros, "version": version("nomenklatura")}))


def _person(id_: str, name: str) -> EntityProxy:
    person = model.make_entity("Person")
    person.id = id_
    person.add("name", name)
    return person


if __name__ == "__main__":
    main()
