"""The embedded server's HTTP door, used for the one thing that Bolt cannot do: end a statement."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from typing import Any

from graph.engines.endpoint import Endpoint
from graph.errors import StoreUnavailable

_PATIENCE = 6.0  # how long a terminated statement may take to notice, on a busy machine
_TIMEOUT = 5.0


def terminate_running(endpoint: Endpoint, marker: str) -> bool:
    """End the statements whose text holds the marker; whether none of them runs any more.

    A statement notices between two rows, a busy `reduce` never does: then the
    answer is False, and a `restart` of the server is the way out. A server that
    cannot be asked counts as one that does not answer for its statements.
    """
    deadline = time.monotonic() + _PATIENCE
    try:
        while ids := _running(endpoint, marker):
            for query in ids:
                _terminate(endpoint, query)
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
    except StoreUnavailable:
        return False
    return True


def _running(endpoint: Endpoint, marker: str) -> list[str]:
    queries = command(endpoint, "list queries")
    return [query["id"] for query in queries if marker in query["text"]]


def _terminate(endpoint: Endpoint, query: str) -> None:
    # One that has ended meanwhile is refused; the next look at the list will tell.
    with suppress(StoreUnavailable):
        command(endpoint, f"terminate query {query}")


def command(endpoint: Endpoint, text: str) -> Any:
    """The result of a server command, such as `list queries`.

    By `http.client`, which unlike `urllib` asks no proxy on the way to loopback.
    """
    from base64 import b64encode  # with http.client
    from http.client import HTTPConnection, HTTPException  # 15 ms, rarely needed

    account = b64encode(f"{endpoint.username}:{endpoint.password}".encode()).decode()
    headers = {"Authorization": f"Basic {account}", "Content-Type": "application/json"}
    connection = HTTPConnection(endpoint.http_url.removeprefix("http://"), timeout=_TIMEOUT)
    try:
        connection.request("POST", "/api/v1/server", json.dumps({"command": text}), headers)
        response = connection.getresponse()
        body = json.load(response)
    except (OSError, HTTPException, ValueError) as error:
        raise StoreUnavailable(
            f"the embedded store does not answer ({error})", hint="entrepot db stop ends it"
        ) from error
    finally:
        connection.close()
    if response.status >= 400:
        raise StoreUnavailable(f"the embedded store refused {text!r}: {_reason(body)}")
    return body.get("result")


def _reason(body: dict[str, Any]) -> str:
    return str(body.get("detail") or body.get("error") or "no reason given")
