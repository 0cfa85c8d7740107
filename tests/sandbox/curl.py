"""Stands in for curl where there is none: the few options that docs/sandbox.md uses become one request."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.request import Request, urlopen

JSON = {"Content-Type": "application/json", "Accept": "application/json"}


def request_of(words: Iterator[str]) -> Request:
    """`words` as on curl's command line; what is not known here raises ValueError."""
    method, url, headers, fields, body = None, "", dict[str, str](), list[str](), None
    for word in words:
        match word:
            case "-X":
                method = next(words)
            case "-H":
                name, _, value = next(words).partition(": ")
                headers[name] = value
            case "-d":
                fields.append(next(words))
            case "--json":
                body, headers = next(words), headers | JSON
            case _ if word.startswith("http"):
                url = word
            case _:
                raise ValueError(f"this curl does not know {word}")
    data = "&".join(fields) if fields else body
    return Request(url, data.encode() if data is not None else None, headers, method=method)


if __name__ == "__main__":
    try:
        with urlopen(request_of(iter(sys.argv[1:])), timeout=10) as response:
            sys.stdout.write(response.read().decode())
    except HTTPError as error:
        sys.exit(f"{error.code}: {error.read().decode()}")
