"""Whether this web worker lives and reaches its database."""

from django.db import connection
from django.http import HttpRequest, HttpResponse

from qiming.kernel.http import public_page


@public_page("看服务是否活着；不含任何数据")
def alive(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
