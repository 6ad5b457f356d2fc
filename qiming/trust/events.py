"""What trust announces."""

# {person_id, purpose}: consent held until now and doesn't any more. Delete what was kept by it alone.
CONSENT_ENDED = "trust.consent_ended"
