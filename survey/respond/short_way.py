"""The short way to the door for devices: the same view, without what pages need.

A batch of submissions wants no session, no nonce, no language, no routing and nothing that ends a
request; of a request of one submission these are the larger part of the computing. The view is
given the request itself. What goes wrong takes the way of all.
"""

import time
from collections.abc import Callable, Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Request
from werkzeug.routing import Rule

from survey.respond.health import measured
from survey.security import headers_of_data


class ShortWay:
    """In front of `rest`: what is posted to one address is answered by `view`, JSON as bytes."""

    def __init__(
        self, app: Flask, rest: WSGIApplication, endpoint: str, view: Callable[[Request], bytes]
    ) -> None:
        self._app, self._rest, self._view = app, rest, view
        self._rule: Rule = next(app.url_map.iter_rules(endpoint))

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "POST" or environ["PATH_INFO"] != self._rule.rule:
            return self._rest(environ, start)
        began = time.perf_counter()
        request = self._app.request_class(environ)
        with self._app.app_context():
            try:
                told = self._view(request)
            except Exception as error:
                return self._failed(error, environ)(environ, start)
            measured(self._rule.endpoint, 200, time.perf_counter() - began)
        named = [("Content-Type", "application/json"), ("Content-Length", str(len(told)))]
        start("200 OK", [*named, *headers_of_data(secure=request.is_secure)])
        return [told]

    def _failed(self, error: Exception, environ: WSGIEnvironment) -> WSGIApplication:
        """The answer that the error has on every other way."""
        with self._app.request_context(environ):
            try:
                return self._app.finalize_request(self._app.handle_user_exception(error))
            except Exception as unknown:
                return self._app.handle_exception(unknown)
