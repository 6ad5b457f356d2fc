"""The door for the monitoring data of products that run at companies (docs/telemetry.md)."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from qiming.assurance import services
from qiming.assurance.services.telemetry import MAX_BODY
from qiming.kernel.errors import UserError
from qiming.kernel.http import body_limit, keyed_door
from qiming.kernel.throttle import REPORT, limited


@body_limit(MAX_BODY)
@limited(REPORT)
@require_POST
@keyed_door("企业凭密钥报自己产品每小时的四个数；没有任何人的信息")
def telemetry(request: HttpRequest) -> JsonResponse:
    """Take one signed report."""
    try:
        taken = services.take_report(
            key_id=request.headers.get("X-Qiming-Key", ""),
            sent=request.headers.get("X-Qiming-Time", ""),
            signed=request.headers.get("X-Qiming-Signature", ""),
            body=request.body,
        )
    except UserError as error:
        return JsonResponse(error.problem(), status=error.status, content_type="application/problem+json")
    return JsonResponse({"taken": taken})
