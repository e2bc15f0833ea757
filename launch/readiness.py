"""Asks the web server whether the product is ready, the way any monitor would."""

import http.client
import json

from launch.programs import HOST

PATIENCE = 2.0


def unready_parts(port: int) -> list[str]:
    """What /readyz still misses, one sentence each; empty when it answers that all is there."""
    connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        body = json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError):
        return ["The web server does not answer yet."]
    finally:
        connection.close()
    return [str(part["reason"]) for part in body["parts"].values() if not part["ok"]]
