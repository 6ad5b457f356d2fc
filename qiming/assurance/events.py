"""What the gate announces. Every payload names `product_id` and `version_id`; those that stop something say `why`."""

# It may be used from now on: as a trial by named schools, or by every school under its conditions.
TRIAL = "assurance.trial"
ADMITTED = "assurance.admitted"
# It may still be used, and is looked at more closely.
WATCHED = "assurance.watched"
# It may not be used: already in force when this is announced, for launches ask every time.
SUSPENDED = "assurance.suspended"
RETEST = "assurance.retest"
# It may be used again.
RESTORED = "assurance.restored"
# It is over.
REVOKED = "assurance.revoked"
EXPIRED = "assurance.expired"
WITHDRAWN = "assurance.withdrawn"
# {days}: its term, or its third-party report, ends in so many days.
EXPIRES_SOON = "assurance.expires_soon"
# What stops a running use; adopters listen to these.
STOPPING = (SUSPENDED, RETEST, REVOKED, EXPIRED, WITHDRAWN)
