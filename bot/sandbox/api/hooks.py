"""REST: to come."""

from flask import Blueprint

routes = Blueprint("hooks", __name__)
