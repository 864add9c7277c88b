"""The language of searches: what each filter means, and what is said of one that cannot be read."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.events import Status
from bot.domain.people import Client, Directory, Person, Role
from bot.domain.policy import Priority
from bot.domain.search import FILTERS, FLAGS, LIVE, OPEN, Among, Search, SearchError, Sort, Term, parse

NOW = datetime(2026, 6, 9, 22, 30, tzinfo=UTC)
"""Tuesday 23:30 in London, Wednesday 00:30 in Berlin."""
SAM = Person("sam", "Sam Ito", Role.ENGINEER, "Europe/London")
SAMIRA = Person("samira", "Samira Khan", Role.ENGINEER, "Europe/Berlin")
DANA = Person("dana", "Dana Reyes", Role.CLIENT, "Europe/London", "ACME")
MIA = Person("mia", "Mia Vogel", Role.CLIENT, "Europe/Berlin", "GLOBEX")
GONE = Person("gil", "Gil Old", Role.ENGINEER, active=False)
DESK = Directory(
    clients={
        "ACME": Client("ACME", "Acme", "Europe/London"),
        "GLOBEX": Client("GLOBEX", "Globex Works", "Europe/Berlin"),
        "GLOW": Client("GLOW", "Glow", "Europe/Berlin"),
    },
    people={p.id: p for p in (SAM, SAMIRA, DANA, MIA, GONE)},
)


def read(text: str, actor: Person = SAM) -> Search:
    """What Sam, or that person, means by it."""
    return parse(text, actor=actor, directory=DESK, at=NOW)


def fault(text: str, actor: Person = SAM, directory: Directory = DESK) -> str:
    """What is said of a search that cannot be read."""
    with pytest.raises(SearchError) as caught:
        parse(text, actor=actor, directory=directory, at=NOW)
    return str(caught.value)


def test_nothing_asks_for_the_open_ones():
    """Without words only what is open is meant, the newest first."""
    assert read("") == read("  \n\0 ") == Search(statuses=OPEN, open_only=True)
    assert read("late").open_only
    assert read("client:acme").statuses == OPEN


def test_words_search_everything():
    """Words look in every status; a status given beside them narrows."""
    assert read("export").statuses == tuple(Status)
    assert read("export status:open").statuses == OPEN
    assert not read("status:open").open_only


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("export", [Term(("export",), True)]),
        ("Export FAILS", [Term(("export",)), Term(("fails",), True)]),
        ('"disk full"', [Term(("disk", "full"))]),
        ("“disk full”", [Term(("disk", "full"))]),
        ('"disk full', [Term(("disk", "full"))]),
        ('"p1" "late"', [Term(("p1",)), Term(("late",))]),
        ("e-mail", [Term(("e", "mail"), True)]),
        ("café Straße", [Term(("cafe",)), Term(("strasse",), True)]),
        ("漢字", [Term(("漢", "字"), True)]),
        ("code 7", [Term(("code",), False), Term(("7",), False)]),
        ("10:30 http://x.y", [Term(("10", "30")), Term(("http", "x", "y"), True)]),
        ("R & D", [Term(("r",)), Term(("d",), True)]),
        ('error:"disk full"', [Term(("error", "disk", "full"))]),
        ("re: x", [Term(("re",)), Term(("x",), True)]),
    ],
)
def test_words_and_phrases(typed: str, terms: list[Term]):
    """Words without case, accents and signs; what is quoted or holds signs stands together; the last may go on."""
    assert list(read(typed).terms) == terms


def test_a_minus_turns_round():
    """A word not wanted; a filter the other way."""
    search = read('export -printer -"paper jam" –toner')
    assert search.without == (Term(("printer",)), Term(("paper", "jam")), Term(("toner",)))
    assert read("-status:closed").statuses == tuple(s for s in Status if s is not Status.CLOSED)
    assert read("-late").late is False
    assert read("-private").private is False
    assert read("-mine").owners == Among(none=("sam",))
    assert read("-unowned").owners == Among(none=("",))
    assert read("-client:acme").clients == Among(none=("ACME",))
    assert read("-p4").priorities == (Priority.P1, Priority.P2, Priority.P3)
    assert read("-older:3d").opened_after == NOW - timedelta(days=3)
    assert read("-newer:3d").opened_before == NOW - timedelta(days=3)
    assert read("-quiet:3d").spoken_after == NOW - timedelta(days=3)


@pytest.mark.parametrize("typed", ["42", "#42", "ACME-42", "acme-42"])
def test_a_number_is_named(typed: str):
    """The request that is named comes first, and its number is no beginning of another."""
    search = read(typed)
    assert search.number == 42
    assert not search.terms[0].start


@pytest.mark.parametrize(
    ("value", "statuses"),
    [
        ("open", OPEN),
        ("new", (Status.NEW,)),
        ("active", (Status.ACTIVE,)),
        ("waiting", (Status.WAITING_CLIENT, Status.WAITING_OTHER)),
        ("waiting-client", (Status.WAITING_CLIENT,)),
        ("WAITING_OTHER", (Status.WAITING_OTHER,)),
        ("resolved", (Status.RESOLVED,)),
        ("closed", (Status.CLOSED,)),
        ("cancelled", (Status.CANCELLED,)),
        ("all", tuple(Status)),
        ("open,resolved", LIVE),
    ],
)
def test_statuses(value: str, statuses: tuple[Status, ...]):
    """Each by its name, several by commas."""
    assert read(f"status:{value}").statuses == statuses


def test_the_same_filter_twice_means_either():
    """As commas do; both ways at once leaves what is in one and not in the other."""
    assert read("client:acme client:globex").clients == Among(any=("ACME", "GLOBEX"))
    assert read("p1 priority:P2").priorities == (Priority.P1, Priority.P2)
    assert read("status:open -status:new").statuses == OPEN[1:]
    assert read("status:new -status:new").statuses == ()


def test_people_and_clients_by_any_of_their_names():
    """By id, with or without @, by whole name, or by a beginning that fits one only."""
    for typed in ("owner:@sam", "owner:SAM", 'owner:"Sam Ito"', "mine", "owner:me"):
        assert read(typed).owners == Among(any=("sam",)), typed
    assert read("owner:gil").owners == Among(any=("gil",)), "whoever has left may still own something"
    assert read("owner:samir").owners == Among(any=("samira",))
    for typed in ("owner:none", "owner:nobody", "unowned"):
        assert read(typed).owners == Among(any=("",)), typed
    assert read("requester:@dana").requesters == Among(any=("dana",))
    for typed in ("client:globex", 'client:"Globex Works"', "client:globe", 'client:"globex w"'):
        assert read(typed).clients == Among(any=("GLOBEX",)), typed
    assert read("-tag:VIP tag:month_end").tags == Among(("month-end",), ("vip",))
    with pytest.raises(SearchError, match="is no tag; use up to 30 letters"):
        read("tag:!")
    assert read("kind:Question").kinds == Among(any=("question",))


@pytest.mark.parametrize("typed", ["https://acme.test", "10:30", "c:\\\\logs", "std::string", "Re: printer", "-10:30"])
def test_what_has_a_colon_and_is_no_filter_is_words(typed: str):
    """An address, a time, a path or a label is looked for."""
    assert read(typed).terms or read(typed).without


def test_a_client_is_told_of_no_filter_of_the_teams():
    """Neither as the nearest one nor among those that there are."""
    assert "client:" not in fault("cliemt:acme", DANA)


def test_mine_is_a_clients_own():
    """A client has asked for what is theirs."""
    assert read("mine", DANA).requesters == Among(any=("dana",))
    assert read("requester:me", DANA).requesters == Among(any=("dana",))


def test_times():
    """Lengths of time count back from now, a day ends at its reader's midnight."""
    assert read("older:3d").opened_before == NOW - timedelta(days=3)
    assert read("newer:2w").opened_after == NOW - timedelta(weeks=2)
    assert read("quiet:90m").spoken_before == NOW - timedelta(minutes=90)
    assert read("due:4h").due_before == NOW + timedelta(hours=4)
    assert read("due:today").due_before == datetime(2026, 6, 9, 23, 0, tzinfo=UTC)
    assert read("due:today", SAMIRA).due_before == datetime(2026, 6, 10, 22, 0, tzinfo=UTC)
    assert read("due:tomorrow").due_before == datetime(2026, 6, 10, 23, 0, tzinfo=UTC)
    assert read("late private").late is read("private").private is True


@pytest.mark.parametrize("sort", [Sort.NEW, Sort.OLD, Sort.DUE, Sort.UPDATED])
def test_orders(sort: Sort):
    """Each by its name."""
    assert read(f"sort:{sort}").sort is sort


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("client:acmee", "I know no client “acmee”. Did you mean client:ACME?"),
        ("client:zzz", "I know no client “zzz”. Known ones: ACME, GLOBEX, GLOW."),
        ("client:glo", "I know no client “glo”. Did you mean client:GLOW?"),
        ("status:foo", "Known ones: open, new, active, waiting,"),
        ("priority:p9", "There is no priority “p9”. Known ones: P1, P2, P3, P4."),
        ("owner:@smm", "I know nobody called “@smm” who could be the owner. Did you mean owner:@sam?"),
        ("owner:@dana", "who could be the owner. Write it like owner:@sam."),
        ("requester:@zz", "Write it like requester:@dana."),
        ('owner:"Sa"', "“Sa” could be several people: owner:@sam, owner:@samira."),
        ("older:x", "“older:x” needs a length of time, such as older:4h, older:3d or older:2w."),
        ("newer:-3d", "needs a length of time"),
        ("quiet:3", "needs a length of time"),
        ("due:someday", "“due:someday” needs a length of time"),
        ("older:99999w", "a hundred years"),
        ("due:99999w", "a hundred years"),
        ("-due:today", "“due:” cannot be turned round"),
        ("sort:size", "I cannot sort by “size”. It goes sort:new, sort:old, sort:due, sort:updated."),
        ("-sort:new", "I cannot sort by"),
        ("client: acme", "“client:” needs its value right after the colon, such as client:acme."),
        ('owner:""', "“owner:” needs its value"),
        ("stauts:open", "There is no filter “stauts:”. Did you mean status:open?"),
        ("statsu:open", "There is no filter “statsu:”. Did you mean status:open?"),
        ("foo:bar", "There is no filter “foo:”. Known ones: client:, status:, priority:,"),
        ("foo:bar", 'To look for the words, put them in quotes: "foo:bar".'),
        ("-printer:", "There is no filter “printer:”. Known ones: client:"),
        ("-foo:bar", "There is no filter “foo:”."),
        ("ower:3d", "Did you mean owner:3d or older:3d?"),
        ("-", "“-” has no letters or digits to look for."),
        ("🎉 %", "has no letters or digits"),
        ("x" * 501, "That is 501 characters to look for; use at most 500."),
        ("a b " * 16, "too many words at once; use at most 30"),
    ],
)
def test_each_mistake_names_its_mend(typed: str, said: str):
    """What cannot be read is named with what would fit."""
    assert said in fault(typed)


def test_a_desk_without_clients_says_so():
    """There is nothing to suggest."""
    assert fault("client:x", directory=Directory(people={"sam": SAM})) == "There are no clients yet."


def test_a_client_learns_nothing_of_others():
    """The team's filters are not theirs, and people of other clients are strangers."""
    assert "filter of our team's" in fault("client:globex", DANA)
    assert "filter of our team's" in fault("priority:p1", DANA)
    assert "client:" not in fault("client:globex", DANA).removeprefix("“client:”")
    assert "mia" not in fault("requester:@mi", DANA).casefold()
    assert read("p1", DANA).terms == (Term(("p1",), True),), "how we rank is not theirs, so it is a word"


def test_every_filter_has_an_example_that_reads():
    """What help and completion offer is taken."""
    for name, known in FILTERS.items():
        assert known.example.startswith(f"{name}:")
        assert read(known.example) != read("") or name == "sort"
        assert known.help
    for name, known in FLAGS.items():
        assert known.example == name
        assert read(name) != read("")


@given(st.text(max_size=600))
def test_any_text_is_read_or_refused(text: str):
    """No words break it."""
    for actor in (SAM, DANA):
        search = Search()
        with suppress(SearchError):
            search = read(text, actor)
        assert all(word.isalnum() for term in (*search.terms, *search.without) for word in term.words)
