"""/healthz: the process answers. /readyz: it can serve requests."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

UNAVAILABLE = 503
# In milliseconds: a database that takes longer is as good as away for whoever asks.
PATIENCE = 2_000


@never_cache
@require_safe
def healthz(request):
    """200 while the process lives; touches nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request):
    """200, or 503 with the reason: "database" does not answer, or "migrations" are not applied.

    Requests talk to PostgreSQL only, so that neither Redis nor a worker counts here.
    """
    reason = _reason()
    status = UNAVAILABLE if reason else 200
    return JsonResponse({"ready": not reason, "reason": reason}, status=status)


_known = set()


def _reason():
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, false)", [str(PATIENCE)])
            try:
                cursor.execute("SELECT 1")
            finally:
                cursor.execute("RESET statement_timeout")
        return "" if _is_migrated() else "migrations"
    except DatabaseError:
        connection.close()
        return "database"


def _is_migrated():
    """Whether every migration of this version is applied; once true it stays so."""
    if "migrated" not in _known:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _known.add("migrated")
    return True
