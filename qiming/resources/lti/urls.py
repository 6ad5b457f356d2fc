from django.urls import path

from qiming.resources.lti.views import company, opening, protocol, registered, servers, teaching

urlpatterns = [
    path("lti/openid-configuration", protocol.configuration, name="lti.configuration"),
    path("lti/jwks", protocol.keys, name="lti.keys"),
    path("lti/authorize", protocol.authorize, name="lti.authorize"),
    path("lti/token", protocol.token, name="lti.token"),
    path("lti/register", protocol.register, name="lti.register"),
    path("lti/deep-links", protocol.deep_link_return, name="lti.deep_link_return"),
    path("lti/links/<uuid:link_id>/lines", servers.lines, name="lti.lines"),
    path("lti/links/<uuid:link_id>/lines/<uuid:line_id>", servers.line, name="lti.line"),
    path("lti/links/<uuid:link_id>/lines/<uuid:line_id>/scores", servers.scores, name="lti.scores"),
    path("lti/links/<uuid:link_id>/lines/<uuid:line_id>/results", servers.results, name="lti.results"),
    path("lti/links/<uuid:link_id>/members", servers.members, name="lti.members"),
    path("lti/links/<uuid:lti_link_id>/", opening.link, name="resources.lti_link"),
    path("lti/links/<uuid:lti_link_id>/start/", opening.start, name="resources.lti_start"),
    path("lti/links/<uuid:lti_link_id>/scores/", teaching.scores, name="resources.lti_scores"),
    path("lti/links/<uuid:lti_link_id>/remove/", teaching.remove, name="resources.lti_remove"),
    path("lti/scores/<uuid:lti_score_id>/resend/", teaching.resend, name="resources.lti_resend"),
    path("lti/classes/<uuid:class_id>/", teaching.of_class, name="resources.lti_class"),
    path("lti/classes/<uuid:class_id>/choose/", teaching.choose, name="resources.lti_choose"),
    path("lti/chosen/<uuid:lti_launch_id>/", teaching.chosen, name="resources.lti_chosen"),
    path("lti/tools/", registered.tools, name="resources.lti_tools"),
    path("lti/tools/new/", registered.new, name="resources.lti_new"),
    path("lti/tools/invite/", registered.invite, name="resources.lti_invite"),
    path("lti/tools/<uuid:lti_tool_id>/", registered.tool, name="resources.lti_tool"),
    path("lti/tools/<uuid:lti_tool_id>/change/", registered.change, name="resources.lti_change"),
    path("lti/tools/<uuid:lti_tool_id>/check/", registered.check, name="resources.lti_check"),
    path("lti/products/<uuid:product_id>/", company.own, name="resources.lti_own"),
    path("lti/keys/", registered.keys, name="resources.lti_keys"),
]
