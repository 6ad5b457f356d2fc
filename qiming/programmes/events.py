"""What the programmes announce."""

# {call_id, programme}: schools may apply from now on.
CALLED = "programmes.called"
# {call_id}: reviewed applications were put in order.
RANKED = "programmes.ranked"
# {application_id, programme}: a school holds the name, or holds it no longer.
NAMED = "programmes.named"
NAME_ENDED = "programmes.name_ended"
# {application_id}: a case can be read and used by everybody, or was taken away.
PUBLISHED = "programmes.published"
RETIRED = "programmes.retired"
# {application_id, school}: a school did it after the case.
REUSED = "programmes.reused"
