"""What the resources room announces."""

# {resource_id, version_id}: a version is on the shelf.
PUBLISHED = "resources.published"
# {resource_id, version_id, why}: it was stopped at once; whoever uses it is to be told.
STOPPED = "resources.stopped"
# {resource_id, version_id}: it may be used again.
RESTORED = "resources.restored"
# {resource_id, version_id}: it left the shelf for good.
RETIRED = "resources.retired"
# {resource_id, adoption_id}: a school or a class uses it from now on, or no longer.
ADOPTED = "resources.adopted"
ADOPTION_ENDED = "resources.adoption_ended"
# {resource_id, adoption_id}: a school said what became of the data of a use that others ended.
DATA_RETURNED = "resources.data_returned"
# {resource_id, version_id}: somebody who used it said what they think.
RATED = "resources.rated"
# {resource_id, improvement_id}: there is something to mend.
TO_MEND = "resources.to_mend"
# {resource_id}: a district took it off its own shelf, or put it back.
EXCLUDED = "resources.excluded"
READMITTED = "resources.readmitted"
