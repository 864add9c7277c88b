"""What has to be on the disk before Slack is told that it was taken."""

from bot.desk.writing_down import LEASE as LEASE
from bot.desk.writing_down import WritingDown as WritingDown
