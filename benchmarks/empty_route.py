"""The least that a server of this kind can do for a request: find the route, answer nothing."""

from flask import Flask, Response

app = Flask(__name__)


@app.get("/")
def nothing() -> Response:
    return Response()
