"""All runs below a folder, to be asked in SQL: `sim.results("results/").query("select ...")`."""

from sim.catalogue.ask import QueryError
from sim.catalogue.catalogue import Catalogue, CatalogueWarning, results
from sim.catalogue.problem import Problem

__all__ = ["Catalogue", "CatalogueWarning", "Problem", "QueryError", "results"]
