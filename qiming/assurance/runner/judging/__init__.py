"""The second pass: a model looks at what rules could not tell. `asking.judge_record`, `outcome.applied`.

Nothing here is asked unless somebody names a judge; nothing here changes a record.
"""
