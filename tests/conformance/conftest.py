"""The house that the journeys open, for those clauses that need a running one."""

from tests.integration.journey.conftest import begin, blog, journey, settings, sources

__all__ = ["begin", "blog", "journey", "settings", "sources"]
