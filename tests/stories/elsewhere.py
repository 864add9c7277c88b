"""Which stories are played through which face, and which cannot be, with the reason.

The acceptance stories, which are those that docs/features.md names, are played in the browser's chat, through Slack in
both deliveries and through Discord, each time; all others there only where `STEWARD_FACES=all` asks for it. What is
listed here must fail: a story that could be played is taken off the list.
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HERE = "web"
FACES = ("slack-socket", "slack-http", "discord")

OTHERS_WORDS = "in Slack people change and take away their own words only, and what is gone is gone"
OTHERS_CHANGED = (
    "in Discord people change their own words only, who moderates takes others' away, and what is gone is gone"
)
OTHERS_NOTE = "on a colleague's words the menu's entry is a reply of one's own, which takes nothing of theirs"
ONE_SCREEN = "one person sends two forms at the same moment, and has one screen"
OWN_CHAT = "it is of the browser's chat and what its tables hold; each platform's own is in tests/adapters"
OWN_ACCOUNT = "the account that is linked is one of the browser's, whose hands change what it said before"
BY_HAND = "it goes through the front door with what nobody's hands could do"
PRESSED = "what was pressed is answered in its place: the buttons are there no more"
SENT = "a form that was sent is closed, and nobody sends the same once more"
GONE_THREAD = "the thread is gone with its first message, and nobody can write there"
NO_ATTIC = "in a chat the desk makes the channel that is missing, or goes in, and the message arrives"
STAYS = "a digest is said once and is nobody's to change: it stays in the chat until somebody takes it away"
TOO_LONG = "Discord takes 2,000 characters in a message and 4,000 in a field: nobody sends more"
RENAMED = "Discord itself names files anew, without spaces"
HANDED_OVER = (
    "in a chat a manager hands over a code, which tests/stories/test_linking.py plays; the link is the browser's"
)
NO_THREADS = (
    "direct conversations have no threads in Discord: a private request's is in the client's channel, for them alone"
)

IN_SLACK: dict[str, str] = {
    "test_backfill.py::test_an_edit_that_no_database_can_hold_as_it_is_keeps_nothing_behind": OWN_CHAT,
    "test_backfill.py::test_a_place_that_cannot_be_read_holds_up_no_other_and_is_not_forgotten": OWN_CHAT,
    "test_backfill.py::test_a_place_that_is_never_read_again_is_given_up": OWN_CHAT,
    "test_backfill.py::test_edits_and_deletions_meanwhile_follow_too": OWN_CHAT,
    "test_backfill.py::test_it_counts_from_when_it_was_written": OWN_CHAT,
    "test_backfill.py::test_the_first_time_there_is_nothing_to_make_up_for": OWN_CHAT,
    "test_backfill.py::test_what_comes_by_both_ways_at_once_is_one": OWN_CHAT,
    "test_backfill.py::test_what_is_told_while_history_is_read_is_neither_gone_nor_as_it_was": OWN_CHAT,
    "test_backfill.py::test_what_was_written_meanwhile_is_heard_once_and_in_order": OWN_CHAT,
    "test_backfill.py::test_while_it_is_connected_the_mark_follows": OWN_CHAT,
    "test_backfill.py::test_words_that_were_there_once_are_an_edit_again": OWN_CHAT,
    "test_bulk.py::test_pressed_twice_it_happens_once": PRESSED,
    "test_erasure.py::test_what_was_posted_reads_without_the_words": STAYS,
    "test_every_button.py::test_each_button_acts_once_and_for_nobody_else": BY_HAND,
    "test_linking.py::test_what_was_written_before_a_link_is_its_writers_to_change_after_it": OWN_ACCOUNT,
    "test_lists.py::test_pages_are_counted_and_stable": BY_HAND,
    "test_mirroring.py::test_a_deleted_message_stays_deleted": OTHERS_WORDS,
    "test_mirroring.py::test_an_edit_that_overtakes_its_message_is_heard_as_the_message": OTHERS_WORDS,
    "test_mirroring.py::test_an_edit_told_twice_late_or_by_somebody_else_changes_nothing": OTHERS_WORDS,
    "test_mirroring.py::test_only_ones_own_words_of_a_team_thread_are_sent": OTHERS_NOTE,
    "test_mirroring.py::test_only_the_author_or_a_moderator_deletes": OTHERS_WORDS,
    "test_naming.py::test_private_before_a_title_is_asked_about_before_anybody_sees_it": PRESSED,
    "test_playbooks.py::test_saved_replies_are_listed_renamed_and_taken_away": BY_HAND,
    "test_pressed_late.py::test_an_older_button_that_takes_a_merge_back_never_asks_what_to_split": BY_HAND,
    "test_private.py::test_what_is_written_in_the_old_thread_is_not_carried_on": GONE_THREAD,
    "test_races.py::test_a_client_that_came_by_an_import_gets_a_channel": OWN_CHAT,
    "test_races.py::test_two_managers_adding_one_name_at_once_add_two_people": ONE_SCREEN,
    "test_settings.py::test_two_managers_at_once_both_count": ONE_SCREEN,
    "test_setup.py::test_a_channel_has_one_name_everywhere": OWN_CHAT,
    "test_setup.py::test_a_manager_makes_a_link_to_hand_over": HANDED_OVER,
    "test_setup.py::test_targets_are_edited_in_a_line_each": SENT,
    "test_unsent.py::test_a_manager_sees_it_and_sends_it_again": NO_ATTIC,
    "test_unsent.py::test_all_are_sent_again_at_once": NO_ATTIC,
    "test_unsent.py::test_of_a_direct_message_nobody_else_reads_the_words": NO_ATTIC,
    "test_unsent.py::test_of_a_great_heap_none_is_out_of_reach": NO_ATTIC,
    "test_unsent.py::test_the_alerts_channel_hears_once_and_of_its_own_trouble_never": NO_ATTIC,
    "test_unsent.py::test_the_owner_hears_what_did_not_arrive": NO_ATTIC,
    "test_unsent.py::test_what_is_left_stays_unsent_with_a_name": NO_ATTIC,
    "test_unsent.py::test_whoever_decided_about_one_goes_on_with_the_others": NO_ATTIC,
    "test_urgent.py::test_a_second_time_it_is_known_and_the_words_are_added": BY_HAND,
}

IN_DISCORD: dict[str, str] = {
    "test_backfill.py::test_a_place_that_cannot_be_read_holds_up_no_other_and_is_not_forgotten": OWN_CHAT,
    "test_backfill.py::test_a_place_that_is_never_read_again_is_given_up": OWN_CHAT,
    "test_backfill.py::test_an_edit_that_no_database_can_hold_as_it_is_keeps_nothing_behind": OWN_CHAT,
    "test_backfill.py::test_edits_and_deletions_meanwhile_follow_too": OWN_CHAT,
    "test_backfill.py::test_it_counts_from_when_it_was_written": OWN_CHAT,
    "test_backfill.py::test_the_first_time_there_is_nothing_to_make_up_for": OWN_CHAT,
    "test_backfill.py::test_what_comes_by_both_ways_at_once_is_one": OWN_CHAT,
    "test_backfill.py::test_what_is_told_while_history_is_read_is_neither_gone_nor_as_it_was": OWN_CHAT,
    "test_backfill.py::test_what_was_written_meanwhile_is_heard_once_and_in_order": OWN_CHAT,
    "test_backfill.py::test_while_it_is_connected_the_mark_follows": OWN_CHAT,
    "test_backfill.py::test_words_that_were_there_once_are_an_edit_again": OWN_CHAT,
    "test_bulk.py::test_pressed_twice_it_happens_once": PRESSED,
    "test_erasure.py::test_what_was_posted_reads_without_the_words": STAYS,
    "test_every_button.py::test_each_button_acts_once_and_for_nobody_else": BY_HAND,
    "test_linking.py::test_what_was_written_before_a_link_is_its_writers_to_change_after_it": OWN_ACCOUNT,
    "test_lists.py::test_a_mistaken_filter_says_what_would_fit": TOO_LONG,
    "test_lists.py::test_pages_are_counted_and_stable": BY_HAND,
    "test_mirroring.py::test_a_deleted_message_stays_deleted": OTHERS_CHANGED,
    "test_mirroring.py::test_a_picture_alone_opens_a_request_named_after_it": RENAMED,
    "test_mirroring.py::test_an_edit_that_overtakes_its_message_is_heard_as_the_message": OTHERS_CHANGED,
    "test_mirroring.py::test_an_edit_told_twice_late_or_by_somebody_else_changes_nothing": OTHERS_CHANGED,
    "test_mirroring.py::test_blanking_a_message_deletes_it": TOO_LONG,
    "test_mirroring.py::test_only_ones_own_words_of_a_team_thread_are_sent": OTHERS_NOTE,
    "test_mirroring.py::test_only_the_author_or_a_moderator_deletes": OTHERS_CHANGED,
    "test_playbooks.py::test_saved_replies_are_listed_renamed_and_taken_away": BY_HAND,
    "test_pressed_late.py::test_an_older_button_that_takes_a_merge_back_never_asks_what_to_split": BY_HAND,
    "test_private.py::test_a_private_request_lives_in_its_requesters_direct_messages": NO_THREADS,
    "test_races.py::test_a_burst_too_long_for_the_details_loses_no_word": TOO_LONG,
    "test_races.py::test_a_client_that_came_by_an_import_gets_a_channel": OWN_CHAT,
    "test_settings.py::test_two_managers_at_once_both_count": ONE_SCREEN,
    "test_setup.py::test_a_channel_has_one_name_everywhere": OWN_CHAT,
    "test_setup.py::test_a_manager_makes_a_link_to_hand_over": HANDED_OVER,
    "test_setup.py::test_targets_are_edited_in_a_line_each": SENT,
    "test_unsent.py::test_a_manager_sees_it_and_sends_it_again": NO_ATTIC,
    "test_unsent.py::test_all_are_sent_again_at_once": NO_ATTIC,
    "test_unsent.py::test_of_a_direct_message_nobody_else_reads_the_words": NO_ATTIC,
    "test_unsent.py::test_of_a_great_heap_none_is_out_of_reach": NO_ATTIC,
    "test_unsent.py::test_the_alerts_channel_hears_once_and_of_its_own_trouble_never": NO_ATTIC,
    "test_unsent.py::test_the_owner_hears_what_did_not_arrive": NO_ATTIC,
    "test_unsent.py::test_what_is_left_stays_unsent_with_a_name": NO_ATTIC,
    "test_unsent.py::test_whoever_decided_about_one_goes_on_with_the_others": NO_ATTIC,
    "test_urgent.py::test_a_second_time_it_is_known_and_the_words_are_added": BY_HAND,
}

ABSENT: dict[str, dict[str, str]] = {"slack-socket": IN_SLACK, "slack-http": IN_SLACK, "discord": IN_DISCORD}
"""By face, file, story and, where only some of its cases cannot be played, what the case is called."""


@cache
def acceptance() -> frozenset[str]:
    """The stories that docs/features.md names."""
    return frozenset(re.findall(r"`(test_\w+\.py::test_\w+)`", (ROOT / "docs/features.md").read_text("utf-8")))


def faces_of(story: str) -> list[str]:
    """Where it is played; empty where only here."""
    asked = os.environ.get("STEWARD_FACES", "").split()
    if asked and asked != ["all"]:
        return asked
    return [HERE, *FACES] if asked or story in acceptance() else []


def absence(item: pytest.Function) -> str:
    """Why it cannot be played in that face; empty where it can, or is played here."""
    face = item.callspec.params.get("world") if hasattr(item, "callspec") else None
    if face in (None, HERE):
        return ""
    story = f"{item.path.name}::{item.originalname}"
    case = item.name.removeprefix(item.originalname).strip("[]").removeprefix(str(face)).removeprefix("-")
    absent = ABSENT[str(face)]
    return absent.get(f"{story}[{case}]") or absent.get(story, "")
