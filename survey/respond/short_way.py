"""The short way to the door for devices: the same view, without what pages need.

A batch of submissions wants no session, no nonce, no language link and no routing; of a request
of one submission these are the larger part of the computing. What goes wrong takes the way of all.
"""

import time
from collections.abc import Callable, Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from flask.ctx import RequestContext
from flask.sessions import NullSession
from werkzeug.routing import Rule

from survey.respond.health import measured
from survey.security import headers_of_data


class _Led(RequestContext):
    """Of a request whose rule is known."""

    def __init__(self, app: Flask, environ: WSGIEnvironment, rule: Rule) -> None:
        super().__init__(app, environ, session=NullSession())
        self._rule = rule

    def match_request(self) -> None:
        self.request.url_rule, self.request.view_args = self._rule, {}


class ShortWay:
    """In front of `rest`: what is posted to one address is answered by `view`, JSON as bytes."""

    def __init__(
        self, app: Flask, rest: WSGIApplication, endpoint: str, view: Callable[[], bytes]
    ) -> None:
        self._app, self._rest, self._view = app, rest, view
        self._rule = next(app.url_map.iter_rules(endpoint))

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "POST" or environ["PATH_INFO"] != self._rule.rule:
            return self._rest(environ, start)
        began = time.perf_counter()
        with _Led(self._app, environ, self._rule) as context:
            try:
                told = self._view()
            except Exception as error:
                return self._failed(error)(environ, start)
            secure = context.request.is_secure
            measured(self._rule.endpoint, 200, time.perf_counter() - began)
        named = [("Content-Type", "application/json"), ("Content-Length", str(len(told)))]
        start("200 OK", [*named, *headers_of_data(secure=secure)])
        return [told]

    def _failed(self, error: Exception) -> WSGIApplication:
        """The answer that the error has on every other way."""
        try:
            return self._app.finalize_request(self._app.handle_user_exception(error))
        except Exception as unknown:
            return self._app.handle_exception(unknown)
