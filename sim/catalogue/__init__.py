"""All runs below a folder, to be asked in SQL: `sim.results("results/").query("select ...")`."""

from sim.catalogue.catalogue import Catalogue, CatalogueWarning, results
from sim.catalogue.issues import Issue
from sim.catalogue.query import QueryError

__all__ = ["Catalogue", "CatalogueWarning", "Issue", "QueryError", "results"]
