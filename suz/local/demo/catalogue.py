"""The demo's catalogue, in the order of the site."""

from suz.local.demo.catalogue_facade import FACADE
from suz.local.demo.catalogue_interior import INTERIOR

COLLECTIONS = (*FACADE, *INTERIOR)
