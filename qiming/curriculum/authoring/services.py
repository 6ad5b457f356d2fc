"""The verbs of authoring, as other rooms and tests call them."""

from qiming.curriculum.authoring.drafts import (
    Clash,
    add_block,
    as_of,
    change,
    drop,
    hide,
    move,
    restore,
    save_block,
    schools_of,
    start_fork,
    undo,
)
from qiming.curriculum.authoring.pictures import add_picture
from qiming.curriculum.authoring.publishing import (
    Published,
    answer,
    choose,
    propose,
    publish,
    withdraw,
)
from qiming.curriculum.authoring.updates import Update, newer_city, take_over, update_of

__all__ = [
    "Clash",
    "Published",
    "Update",
    "add_block",
    "add_picture",
    "answer",
    "as_of",
    "change",
    "choose",
    "drop",
    "hide",
    "move",
    "newer_city",
    "propose",
    "publish",
    "restore",
    "save_block",
    "schools_of",
    "start_fork",
    "take_over",
    "undo",
    "update_of",
    "withdraw",
]
