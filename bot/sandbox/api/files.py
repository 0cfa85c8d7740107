"""REST: to come."""

from flask import Blueprint

routes = Blueprint("files", __name__)
