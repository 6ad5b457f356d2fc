"""Questions about products. What one may not see answers like what does not exist."""

from qiming.assurance.queries.agents import agent_names, agent_stopped, products_of_agents, register_agents
from qiming.assurance.queries.standing import (
    admitted_products,
    launches_today,
    may_serve,
    newest_versions,
    product_ref,
    standing,
    standings,
    vendor_of,
)
from qiming.assurance.queries.subjects import (
    register_subjects,
    subject_choices,
    subject_keys,
    subject_words,
)
from qiming.assurance.queries.users import register_users, users_of
from qiming.assurance.rules.filing import is_inside

__all__ = [
    "admitted_products",
    "agent_names",
    "agent_stopped",
    "is_inside",
    "launches_today",
    "may_serve",
    "newest_versions",
    "product_ref",
    "products_of_agents",
    "register_agents",
    "register_subjects",
    "register_users",
    "standing",
    "standings",
    "subject_choices",
    "subject_keys",
    "subject_words",
    "users_of",
    "vendor_of",
]
