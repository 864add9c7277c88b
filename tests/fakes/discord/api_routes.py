"""Every route of the API, by importing what declares it."""

from fakes.discord.api import channels as channels
from fakes.discord.api import commands as commands
from fakes.discord.api import guilds as guilds
from fakes.discord.api import interactions as interactions
from fakes.discord.api import messages as messages
from fakes.discord.api import reactions as reactions
from fakes.discord.api import threads as threads
from fakes.discord.api import users as users
from fakes.discord.api import webhooks as webhooks
