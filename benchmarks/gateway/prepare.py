"""`python -m benchmarks.gateway.prepare ADDRESS`: a model, a route, a quota and a key in a running installation; prints the key.

Run with QIMING_HOME of an installation that is up, and with the upstream's origin in QIMING_OUTWARD.
"""

import json
import os
import sys
import time


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qiming.site.settings")
    from qiming.site import supervisor

    supervisor.open_house("app")
    from qiming.agents import services
    from qiming.agents.services.chain import ModelFacts, RouteFacts
    from qiming.agents.types import Audience, Per
    from qiming.registry import queries as registry

    place = registry.schools_under("")[0]
    services.add_model(
        actor=None,
        facts=ModelFacts(
            key="bench",
            title="bench (synthetic)",
            provider="bench",
            address=sys.argv[1],
            upstream_name="bench",
            filing_no="synthetic",
            data_grades=("L1", "L2"),
            concurrency=256,
        ),
    )
    services.add_route(
        actor=None, facts=RouteFacts("bench", "bench", ("bench",), ("junior",), quota_class="bench")
    )
    services.decide(actor=None, place_id=place.id, route="bench", yes=True)
    for per in (Per.PLACE, Per.PUPIL):
        services.set_quota(
            actor=None,
            place_id=place.id,
            per=per,
            quota_class="bench",
            requests=10_000_000,
            tokens=None,
            minutes=None,
        )
    _, secret = services.create_key(
        actor=None,
        place_id=place.id,
        name=f"bench {time.time():.0f}",
        routes=("bench",),
        stage="junior",
        audience=Audience.PUPIL,
        days=2,
    )
    print(json.dumps({"key": secret, "place": place.path}))


if __name__ == "__main__":
    main()
