"""The tests: what each process of them gets for its own, and ``dev/portal test``."""

from __future__ import annotations

from portal_lib.servers import PostgreSQL, Redis, Solr, given
from portal_lib.steps import STATE

# Tests' databases are no secret: test.ini names the password, and they listen on this machine only.
OWNER = "sdi_test"


def environment_for(suffix: str, redis_number: int) -> dict[str, str]:
    """Make what one process of tests needs for itself, and return the variables that name it."""
    postgresql = PostgreSQL()
    databases = postgresql.make_databases(
        f"sdi_test{suffix}", f"sdi_datastore{suffix}", OWNER, OWNER
    )
    return {
        **databases,
        "CKAN_REDIS_URL": Redis().url(redis_number),
        "CKAN_SOLR_URL": Solr().url("ckan_test"),
        **given(),
        "CKAN_SITE_ID": f"sdi_test{suffix}",
        "CKAN_STORAGE_PATH": str(STATE / "test" / f"storage{suffix}"),
    }
