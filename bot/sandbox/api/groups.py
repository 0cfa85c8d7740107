"""REST: to come."""

from flask import Blueprint

routes = Blueprint("groups", __name__)
