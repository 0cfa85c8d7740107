"""What went wrong turns into GitLab's status and one of its four error shapes."""

from __future__ import annotations

from collections.abc import Mapping


class ApiError(Exception):
    """A refusal as it goes over the wire: the HTTP status and the JSON body."""

    def __init__(self, status: int, body: Mapping[str, object], headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = dict(body)
        self.headers = dict(headers or {})


def unauthorized() -> ApiError:
    return ApiError(401, {"message": "401 Unauthorized"})


def token_over() -> ApiError:
    text = "Token was revoked. You have to re-authorize from the user."
    return ApiError(401, {"error": "invalid_token", "error_description": text})


def insufficient_scope() -> ApiError:
    text = "The request requires higher privileges than provided by the access token."
    return ApiError(403, {"error": "insufficient_scope", "error_description": text, "scope": "api"})


def forbidden(reason: str = "") -> ApiError:
    return ApiError(403, {"message": "403 Forbidden" + (f" - {reason}" if reason else "")})


def not_found(what: str = "") -> ApiError:
    """`what` is the resource as GitLab names it ("Project"); without one the text is that of a missing record."""
    return ApiError(404, {"message": f"404 {what} Not Found" if what else "404 Not found"})


def no_route() -> ApiError:
    return ApiError(404, {"error": "404 Not Found"})


def bad_request(reason: str) -> ApiError:
    return ApiError(400, {"message": f"400 Bad request - {reason}"})


def bad_parameter(text: str) -> ApiError:
    """The refusal of a parameter before any effect: "title is missing", "state does not have a valid value"."""
    return ApiError(400, {"error": text})


def invalid(field: str, *problems: str) -> ApiError:
    """The refusal of a value by the record itself: {"message": {"title": ["can't be blank"]}}."""
    return ApiError(400, {"message": {field: list(problems)}})


def conflict(text: str) -> ApiError:
    return ApiError(409, {"message": text})
