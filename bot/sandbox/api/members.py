"""REST: to come."""

from flask import Blueprint

routes = Blueprint("members", __name__)
