"""What the store keeps apart, each with a room and methods of its own."""

from __future__ import annotations

from bot.ports import Workers
from storage.accounts import SqlAccounts
from storage.audit import SqlAudit
from storage.deliveries import SqlDeliveries
from storage.erasing import SqlErasing
from storage.files import SqlFiles
from storage.form_drafts import SqlFormDrafts
from storage.installations import SqlInstallations
from storage.linking import SqlLinking
from storage.tokens import SqlTokens
from storage.tx import Runner
from storage.unsent import SqlUnsent
from storage.workspace import SqlWorkspace


class SqlShelves(SqlWorkspace):
    """The store's parts, which `storage/store.py` adds the rest to."""

    def __init__(self, runner: Runner) -> None:
        super().__init__(runner)
        self._files = SqlFiles(runner)
        self._erasing = SqlErasing(runner)
        self._tokens = SqlTokens(runner)
        self._linking = SqlLinking(runner)
        self._accounts = SqlAccounts(runner)
        self._installations = SqlInstallations(runner)
        self._unsent = SqlUnsent(runner)
        self._deliveries = SqlDeliveries(runner)
        self._form_drafts = SqlFormDrafts(runner)
        self._audit = SqlAudit(runner)

    @property
    def files(self) -> SqlFiles:
        """The files that people sent."""
        return self._files

    @property
    def tokens(self) -> SqlTokens:
        """The API's tokens."""
        return self._tokens

    @property
    def linking(self) -> SqlLinking:
        """What is kept for linking one person's accounts."""
        return self._linking

    @property
    def accounts(self) -> SqlAccounts:
        """Whom lists let in, and who is to be taken out of where a platform let them in."""
        return self._accounts

    @property
    def installations(self) -> SqlInstallations:
        """The workspaces of other platforms that let the desk in."""
        return self._installations

    @property
    def unsent(self) -> SqlUnsent:
        """What could not be sent."""
        return self._unsent

    @property
    def deliveries(self) -> SqlDeliveries:
        """What a platform delivered and nobody carried out yet."""
        return self._deliveries

    @property
    def form_drafts(self) -> SqlFormDrafts:
        """Forms that somebody is in the middle of."""
        return self._form_drafts

    @property
    def audit(self) -> SqlAudit:
        """What stands still or does not add up."""
        return self._audit

    @property
    def workers(self) -> Workers:
        """The processes of this desk."""
        return self._runner.workers

    @property
    def erasing(self) -> SqlErasing:
        """What takes words away for good."""
        return self._erasing
