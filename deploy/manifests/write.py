"""Write the files that are made from what Tocsin knows: ``make manifests``. A test holds that they are as made."""

from collections.abc import Mapping
from pathlib import Path

from deploy.manifests.dashboard import dashboard
from deploy.manifests.settings_file import settings_file
from deploy.manifests.strimzi import topics_of, users_of
from deploy.manifests.yaml import documents
from schemas.agencies import Partnership, load_partnership

ROOT = Path(__file__).parents[2]
# Three brokers, a copy on each: what one of them loses the others have.
COPIES = 3
PARTITIONS = 4
HEAD = "# Made by `make manifests` from schemas/topics.py and the agencies file; change those.\n"


def strimzi(partnership: Partnership, partitions: int = PARTITIONS, copies: int = COPIES) -> Mapping[str, str]:
    """Strimzi's resources, by the file each kind belongs in."""
    return {
        "topics.yaml": HEAD + documents(topics_of(partnership, partitions=partitions, replication=copies)),
        "users.yaml": HEAD + documents(users_of(partnership)),
    }


def made_files() -> Mapping[str, str]:
    """Every file of the project that is made so, by its path from the root."""
    return {
        ".env.example": settings_file(),
        "deploy/grafana/tocsin.json": dashboard(),
        **{f"deploy/k8s/{name}": text for name, text in strimzi(load_partnership()).items()},
    }


if __name__ == "__main__":
    for name, text in made_files().items():
        (ROOT / name).write_text(text, "utf-8")
