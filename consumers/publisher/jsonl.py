"""JSON lines: each line is a report and is sent as it stands; what is wrong with it the pipeline says."""

from collections.abc import Iterator

from consumers.publisher.lines import Line, Source
from consumers.publisher.naming import read_name

# A line this long is no report (the contract's limit is 1 MiB), and no reason to fill the memory.
LONGEST = 8 * 1024 * 1024


def read_jsonl(source: Source, after: int) -> Iterator[Line]:
    """The lines of the file after line ``after``; blank ones are passed over."""
    number = 0
    while raw := source.stream.readline(LONGEST):
        number += 1
        too_long = len(raw) == LONGEST and not raw.endswith(b"\n")
        while too_long and (rest := source.stream.readline(LONGEST)) and not rest.endswith(b"\n"):
            pass
        if number <= after:
            continue
        if too_long:
            yield Line(number=number, problem=f"longer than {LONGEST // 1024 // 1024} MiB")
        elif stripped := raw.strip(b" \t\r\n"):
            yield Line(number=number, raw=stripped, name=read_name(stripped))
