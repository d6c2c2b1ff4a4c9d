"""The US places as a small file in this package, and how it is made from the `zipcodes` package.

The package keeps some 45 MB in every process that asks it anything; the file needs none once it is read.
Made anew by `python -m leadhouse.kit.us_places` after `zipcodes` is updated; a test compares the two.
"""

import gzip
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

FILE = Path(__file__).with_name("us_places.tsv.gz")

# The zone of the one place whose zone the package (3.0.0) spells as a town.
_ZONE_CORRECTIONS = {"Napakiak": "America/Anchorage"}


def packaged_lines() -> Iterator[str]:
    """Yield one line a ZIP from the `zipcodes` package, in ZIP order: the columns of `written_lines`."""
    # Loaded only here, because of its memory.
    listed = import_module("zipcodes").list_all()
    for row in sorted(listed, key=lambda row: str(row["zip_code"])):
        zone = _ZONE_CORRECTIONS.get(row["timezone"], row["timezone"])
        is_somewhere = float(row["lat"]) != 0 and float(row["long"]) != 0
        columns = [
            row["zip_code"],
            row["city"],
            row["state"],
            row["county"],
            row["lat"] if is_somewhere else "",
            row["long"] if is_somewhere else "",
            zone,
            " ".join(row["area_codes"]),
            "|".join(sorted({*row["acceptable_cities"], *row["unacceptable_cities"]})),
        ]
        yield "\t".join(columns)


def written_lines() -> Iterator[str]:
    """Yield the file's lines, one a ZIP, columns separated by tabs.

    They are ZIP, city, state, county, latitude, longitude, IANA zone, area codes, other cities.
    What is not known is empty; area codes are separated by spaces, cities by `|`.
    """
    with gzip.open(FILE, "rt", encoding="utf-8", newline="\n") as lines:
        for line in lines:
            yield line.rstrip("\n")


def write() -> None:
    """Write the file, byte for byte the same for the same data."""
    content = "".join(f"{line}\n" for line in packaged_lines()).encode()
    FILE.write_bytes(gzip.compress(content, compresslevel=9, mtime=0))


if __name__ == "__main__":
    write()
