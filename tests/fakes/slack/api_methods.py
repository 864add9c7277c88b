"""Every method of the Web API, by importing what declares it."""

from fakes.slack.api import apps as apps
from fakes.slack.api import chat as chat
from fakes.slack.api import conversations as conversations
from fakes.slack.api import files as files
from fakes.slack.api import oauth as oauth
from fakes.slack.api import reactions as reactions
from fakes.slack.api import users as users
from fakes.slack.api import views as views
