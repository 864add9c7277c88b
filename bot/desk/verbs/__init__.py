"""The verbs, a file a group. Importing this package declares them; their order here is the order of the menus."""

# isort: off
from bot.desk.verbs import asking
from bot.desk.verbs import pressing
from bot.desk.verbs import sharing
from bot.desk.verbs import merging
from bot.desk.verbs import working
from bot.desk.verbs import labelling
from bot.desk.verbs import mirroring
from bot.desk.verbs import alerting
from bot.desk.verbs import ending
from bot.desk.verbs import rating
from bot.desk.verbs import looking
from bot.desk.verbs import linking
from bot.desk.verbs import bulk
from bot.desk.verbs import reporting
from bot.desk.verbs import reviewing
from bot.desk.verbs import playbooks
from bot.desk.verbs import capacity
from bot.desk.verbs import repeating
from bot.desk.verbs import setup
from bot.desk.verbs import wizard
from bot.desk.verbs import policies
from bot.desk.verbs import editing
from bot.desk.verbs import hooks
from bot.desk.verbs import tokens
from bot.desk.verbs import connecting
from bot.desk.verbs import settings
from bot.desk.verbs import doctoring
from bot.desk.verbs import unsent
from bot.desk.verbs import erasing
# isort: on

DECLARED = (
    asking,
    pressing,
    sharing,
    merging,
    working,
    labelling,
    mirroring,
    alerting,
    ending,
    rating,
    looking,
    linking,
    bulk,
    reporting,
    reviewing,
    playbooks,
    capacity,
    repeating,
    setup,
    wizard,
    policies,
    editing,
    hooks,
    tokens,
    connecting,
    settings,
    doctoring,
    unsent,
    erasing,
)
