"""What words are: cleaned at the door, and told apart from courtesies."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from bot.domain.events import MessageClass

TITLE_LIMIT = 120
TEXT_LIMIT = 20_000
"""Longer texts are refused kindly, never cut: a client's words are kept whole."""
NAME_LIMIT = 120
"""Characters of a file's name; a longer one is cut before its ending."""

# Bidi overrides can make a text read as something else; NUL and lone surrogates cannot be stored by every database.
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff]")
# Characters that show nothing: fillers, joiners, variation selectors and tags.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u2064\u2800\u3164"
    "\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)

_NOT_IN_NAMES = re.compile(r'[<>:"|?*\x00-\x1f]')
# Marks that turn the reading direction make "fdp.exe" read as "exe.pdf"; clean() takes away the overrides already.
_MARKS = re.compile("[\u061c\u200b-\u200f\u2060-\u2064]")

# A picture by its name, as some platforms send each one: `:+1:`, `:wave::skin-tone-3:`. It is no word.
_PICTURE = re.compile(r"(?<!\w):(?:[+-]1|[a-z][a-z0-9_'+-]{1,60}):(?:skin-tone-\d:)?(?!\w)")

# A message is a courtesy where these phrases tile it from end to end: "help" and "no" alone are none, though "thanks
# for the help" and "no worries" are. A bare yes or no answers a question, so it is substance.
_TO_ALL = "all|both|everybody|everyone|folks|guys|team|there"
_THANKED_FOR = "(?:(?:quick|fast|kind|great|prompt) )?(?:help|reply|answer|response|support)"
_PHRASES = (
    rf"(?:dear|greetings|hello|hey|hi|hiya|howdy|(?:good )?(?:afternoon|day|evening|morning))(?: (?:again|{_TO_ALL}))*",
    r"(?:big |lots of |many |so many )?(?:cheers|ta|thank you|thanks|thankyou|thx|tnx|ty)"
    r"(?: (?:a bunch|a lot|again|in advance|indeed|kindly|so much|so very much|to you|very much"
    rf"|{_TO_ALL}|for (?:all )?(?:the|your) {_THANKED_FOR}))*",
    r"(?:very )?(?:awesome|brilliant|cool|excellent|fantastic|fine|good|great|lovely|nice|perfect|super|wonderful)",
    r"got it|kk|noted|ok|okay|sounds good|understood|will do",
    r"(?:greatly |much )?appreciated|no problem|no worries|you too|you(?: are| re) welcome",
    r"bye|goodbye|see you(?: later| soon| tomorrow)?|(?:best |kind )?regards",
    r"(?:have )?a (?:good|great|lovely|nice) (?:day|evening|one|weekend)",
)
_COURTESY = re.compile(rf"(?:(?:and )?(?:{'|'.join(_PHRASES)})(?: |$))*")


_YES = (
    r"(?:yes|yep|yeah|yup)",
    r"(?:(?:yes|yep|yeah) )?(?:it|that|this|all|everything) (?:works|is fine|is good|is solved|is fixed)"
    r"(?: (?:again|fine|for me|for us|now|perfectly|well))*",
    r"works(?: (?:again|fine|for me|for us|now|perfectly|well))*",
    r"(?:all |its |it s )?(?:fixed|solved|all good|working)(?: now)?",
)
_ASKS = re.compile(
    r"am|any|anyone|are|can|could|did|do|does|had|has|have|how|is|may|shall|should|was|were|what|when|where|which|who"
    r"|whom|whose|why|will|would"
)
_REPORTS = re.compile(
    r"also|and|because|but|cannot|else|instead|need(?:s|ed)?|never|no|not|nothing|now|only|please|since|still|stuck|too|until"
    r"|when|while|worse|wrong|without|\w+n['’]t|cant|wont|doesnt|isnt|didnt|\d+\w*"
    r"|(?:break|broke|crash|down|empty|error|fail|freez|froze|help|issue|late|lost|miss|problem|slow|stop|urgent)\w*"
)


_AFFIRMATION = re.compile(rf"(?:(?:and )?(?:{'|'.join((*_PHRASES, *_YES))})(?: |$))*")


def clean(text: str) -> str:
    """The text as the desk keeps it: composed (NFC), line ends as LF, without characters that hide or break others."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNSAFE.sub("", text)).strip()


def is_blank(text: str) -> bool:
    """Whether nothing of it can be seen."""
    return not _INVISIBLE.sub("", clean(text)).strip()


def classify(text: str, names: Collection[str] = ()) -> MessageClass:
    """Whether a message says something ("the export still fails") or is a courtesy ("thanks!", "hello", 👍).

    A question is never a courtesy, nor is anything longer than a dozen words or with words not known as polite: to miss
    a request costs more than to offer one. What has no words at all, as 👍 or `:+1:`, is a courtesy. `names` are the
    words of people's names, in lower case: "thanks Sam" says no more than "thanks", while "Sam" alone calls for
    somebody.
    """
    words = _words(text)
    if len(words) > 12 or any(mark in text for mark in "?？؟"):
        return MessageClass.SUBSTANCE
    said = [word for word in words if word not in names] or words
    return MessageClass.COURTESY if _COURTESY.fullmatch(" ".join(said).removesuffix(" and")) else MessageClass.SUBSTANCE


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", _PICTURE.sub(" ", text.lower()))


def maybe_thanks(text: str) -> bool:
    """Whether words that are not known as polite may be thanks all the same ("Legends, the lot of you").

    Short, and without what asks, reports or goes on: under a real question the offer would be noise.
    """
    words = re.findall(r"[^\W_]+(?:['’][^\W_]+)?", text.lower())
    if not 0 < len(words) <= 8 or len(text) > 80 or any(mark in text for mark in "?？؟\n"):
        return False
    return not _ASKS.fullmatch(words[0]) and not any(_REPORTS.fullmatch(word) for word in words)


def affirms(text: str, names: Collection[str] = ()) -> bool:
    """Whether a message says yes to "does it work for you?" and nothing more; a mere "thanks" does not."""
    words = [word for word in _words(text) if word not in names]
    said = " ".join(words)
    if not words or len(words) > 12 or any(mark in text for mark in "?？؟"):
        return False
    return _AFFIRMATION.fullmatch(said) is not None and _COURTESY.fullmatch(said) is None


def file_name(name: str) -> str:
    """A file's name without its path and without what hides or breaks: `../x/re\u202eport.pdf` is `report.pdf`."""
    last = re.split(r"[/\\]", name)[-1]
    last = unicodedata.normalize("NFC", _NOT_IN_NAMES.sub("", _MARKS.sub("", clean(last))))
    last = " ".join(last.split()).strip(". ")
    if is_blank(last):
        return "file"
    if len(last) <= NAME_LIMIT:
        return last
    stem, dot, ending = last.rpartition(".")
    return f"{stem[: NAME_LIMIT - len(ending) - 1]}.{ending}" if dot and len(ending) <= 12 else last[:NAME_LIMIT]


def title_from(text: str) -> str:
    """A title out of a message: its first line that says something, cut at a word within the title's limit."""
    lines = [" ".join(line.split()) for line in clean(text).splitlines() if not is_blank(line)]
    telling = [line for line in lines if classify(line) is MessageClass.SUBSTANCE]
    line = (telling or lines or ["(no words)"])[0]
    if len(line) <= TITLE_LIMIT:
        return line
    return line[:TITLE_LIMIT].rsplit(" ", 1)[0].rstrip(",;:. ")[: TITLE_LIMIT - 1] + "…"
