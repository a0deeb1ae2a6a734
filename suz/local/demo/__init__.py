"""The demo's content: places, dealers, catalogue with pictures, a year of orders."""

from suz.local.demo.accounts import logins

__all__ = ["logins"]
