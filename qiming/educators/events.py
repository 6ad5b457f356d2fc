"""What this room announces."""

TRAINING_PASSED = "educators.training_passed"  # {enrolment_id}
