"""Commands, menus, buttons, selects and forms, from a person's hand to the real discord.py and back."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import discord
import pytest
from discord import app_commands, ui
from discord_bot import DiscordBot, refused
from fakes.discord.errors import CannotDo, NotAnswered
from fakes.discord.fake_discord import FakeDiscord
from fakes.discord.permissions import P

Told = discord.Interaction[discord.Client]


def desk(bot: DiscordBot) -> app_commands.Group:
    """/desk, registered."""
    group = app_commands.Group(name="desk", description="The desk")
    bot.tree.add_command(group)
    return group


async def begun(bot: DiscordBot) -> None:
    """Registered and connected."""
    await bot.begin()
    await bot.tree.sync()


@pytest.mark.asyncio
async def test_a_command_with_options_and_suggestions(fake: FakeDiscord, bot: DiscordBot):
    """Texts, numbers, choices, people, channels and files come as discord.py knows them; a suggestion goes by its name
    and comes as what is behind it."""
    heard: list[Any] = []

    @desk(bot).command(name="new", description="A request")
    @app_commands.choices(urgency=[app_commands.Choice(name="High", value="p1")])
    async def new(
        told: Told,
        title: str,
        urgency: app_commands.Choice[str],
        client: str,
        who: discord.Member | None = None,
        where: discord.TextChannel | None = None,
        many: app_commands.Range[int, 1, 5] = 1,
        file: discord.Attachment | None = None,
    ) -> None:
        assert where
        assert file
        heard.append((title, urgency.value, client, who, where.id, many, await file.read()))
        await told.response.send_message(f"Heard, {told.user.display_name}", ephemeral=True)

    @new.autocomplete("client")
    async def clients(told: Told, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{typed} Ltd", value="acme"), app_commands.Choice(name="Globex", value="g")]

    @new.autocomplete("title")
    async def titles(told: Told, typed: str) -> list[app_commands.Choice[str]]:
        many = [app_commands.Choice(name=str(n), value=str(n)) for n in range(26)]
        assert await refused(told.response.autocomplete(many)) == 50035
        return many[:25]

    ann, help = fake.person("Ann Lee"), fake.channel("help")
    await begun(bot)
    assert len(await ann.suggestions(help, "/desk new", "title", "P")) == 25
    options = {"title": "Printer", "urgency": "High", "who": ann, "where": help, "many": 2, "file": {"p.txt": b"x"}}
    assert await ann.suggestions(help, "/desk new", "client", "Ac") == {"Ac Ltd": "acme", "Globex": "g"}
    shown = await ann.slash(help, "/desk new", client="Globex", **options)
    assert shown
    assert (shown.text, shown.alone) == ("Heard, Ann Lee", True)
    assert heard == [("Printer", "p1", "g", bot.guilds[0].get_member(int(ann.id)), int(help.id), 2, b"x")]
    for wrong in ({"many": 6}, {"urgency": "Low"}, {"title": None}, {"colour": "red"}, {"who": help}):
        with pytest.raises(CannotDo):
            await ann.slash(help, "/desk new", **{"client": "Globex", **options, **wrong})
    with pytest.raises(CannotDo):
        await ann.slash(help, "/desk")
    assert {call.code for call in fake.record.refused} == {50035}
    assert fake.record.complaints == []


@pytest.mark.asyncio
async def test_what_one_person_alone_sees(fake: FakeDiscord, bot: DiscordBot):
    """Nobody else, no event, no history; by its token alone it is changed, and a reload takes it away."""

    @desk(bot).command(name="mine", description="Mine")
    async def mine(told: Told) -> None:
        await told.response.send_message("For you", file=discord.File(io.BytesIO(b"x"), "x.txt"), ephemeral=True)
        await told.edit_original_response(content="For you alone")
        await told.followup.send("More", ephemeral=True)

    ann, bob, help = fake.person("Ann Lee"), fake.person("Bob Ray"), fake.channel("help")
    await begun(bot)
    shown = await ann.slash(help, "/desk mine")
    assert shown
    await fake.until(lambda: [seen.text for seen in ann.alone(help)] == ["For you alone\n[x.txt]", "More"])
    assert bob.sees(help) == []
    assert bot.of("message") == []
    channel = bot.get_partial_messageable(int(help.id))
    assert [m async for m in channel.history()] == []
    assert await refused(channel.fetch_message(int(shown.message.id))) == 10008
    ann.reload()
    assert ann.sees(help) == []


@pytest.mark.asyncio
async def test_a_deferred_answer(fake: FakeDiscord, bot: DiscordBot):
    """It says that the app is thinking; what comes first later stands in its place, seen by whom the deferral said."""
    later = asyncio.Event()

    @desk(bot).command(name="slow", description="Slow")
    async def slow(told: Told) -> None:
        await told.response.defer(ephemeral=True, thinking=True)
        await later.wait()
        await told.followup.send("Done", file=discord.File(io.BytesIO(b"x"), "x.txt"))
        await told.followup.send("And for all")

    @desk_command(bot, "quiet")
    async def quiet(told: Told) -> None:
        await told.response.defer(ephemeral=True, thinking=True)
        await told.delete_original_response()

    ann, bob, help = fake.person("Ann Lee"), fake.person("Bob Ray"), fake.channel("help")
    await begun(bot)
    await ann.slash(help, "/quiet")
    await fake.until(lambda: not ann.sees(help))
    shown = await ann.slash(help, "/desk slow")
    assert shown
    assert shown.thinking
    later.set()
    await fake.until(lambda: bob.sees(help))
    assert [(seen.text, seen.alone) for seen in ann.sees(help)] == [("Done\n[x.txt]", True), ("And for all", False)]


@pytest.mark.asyncio
async def test_three_seconds_and_fifteen_minutes(fake: FakeDiscord, bot: DiscordBot):
    """Who answers later is not known any more; nobody answers twice; the token ends."""
    fake.limits.answer_within = 0.05
    told: list[Told] = []

    @desk(bot).command(name="late", description="Late")
    async def late(at: Told) -> None:
        told.append(at)

    @desk_command(bot, "now")
    async def now(at: Told) -> None:
        told.append(at)
        await at.response.send_message("Now")

    ann, help = fake.person("Ann Lee"), fake.channel("help")
    await begun(bot)
    with pytest.raises(NotAnswered):
        await ann.slash(help, "/desk late")
    assert [lost.user.id for lost in fake.interactions.lost] == [ann.id]
    await fake.until(lambda: told)
    assert await refused(told[0].response.send_message("Too late")) == 10062
    assert await refused(told[0].followup.send("Too late")) == 10015
    fake.limits.answer_within = 3.0
    await ann.slash(help, "/now")
    again = discord.http.Route(
        "POST",
        "/interactions/{webhook_id}/{webhook_token}/callback",
        webhook_id=told[1].id,
        webhook_token=told[1].token,
    )
    assert await refused(bot.http.request(again, json={"type": 4, "data": {"content": "Twice"}})) == 40060
    fake.times.skip(901)
    assert await refused(told[1].followup.send("Much later")) == 50027
    await bot.end()
    with pytest.raises(NotAnswered):
        await ann.slash(help, "/now")


def desk_command(bot: DiscordBot, name: str) -> Any:
    """A command of its own."""
    return bot.tree.command(name=name, description=name)


class Take(ui.DynamicItem[ui.Button[ui.LayoutView]], template=r"take:(?P<ref>.+)"):
    """A button that outlives the process."""

    def __init__(self, ref: str) -> None:
        super().__init__(ui.Button(label="Take it", custom_id=f"take:{ref}"))
        self.ref = ref

    @classmethod
    async def from_custom_id(cls, told: Told, item: Any, match: Any) -> Take:
        return cls(match["ref"])

    async def callback(self, told: Told) -> None:
        view = ui.LayoutView(timeout=None)
        view.add_item(ui.Container(ui.TextDisplay(f"{self.ref} is {told.user.display_name}'s")))
        await told.response.edit_message(view=view)


@pytest.mark.asyncio
async def test_a_card_and_its_button(fake: FakeDiscord, bot: DiscordBot):
    """Components V2 in a channel; a press changes the card in place, for all; the button works without the view."""
    ann, help = fake.person("Ann Lee"), fake.channel("help")
    bot.add_dynamic_items(Take)
    await bot.begin()
    view = ui.LayoutView(timeout=None)
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    row.add_item(Take("ACME-1"))
    row.add_item(ui.Button(label="Link", url="https://example.com"))
    row.add_item(ui.Button(label="Off", custom_id="off", disabled=True))
    view.add_item(ui.Container(ui.TextDisplay("**ACME-1**"), ui.Separator(), row))
    channel = bot.get_channel(int(help.id))
    assert isinstance(channel, discord.TextChannel)
    await channel.send(view=view)
    card = ann.find("ACME-1", help)
    assert ann.sees(help)[0].buttons == ["Take it", "Link"]
    for label in ("Link", "Off", "Gone"):
        with pytest.raises(CannotDo):
            await ann.press(label, card)
    shown = await ann.press("Take it", card)
    assert shown
    assert [seen.text for seen in ann.sees(help)] == ["ACME-1 is Ann Lee's"]
    await fake.until(lambda: bot.of("raw_message_edit"))
    assert fake.record.refused == []


@pytest.mark.asyncio
async def test_selects(fake: FakeDiscord, bot: DiscordBot):
    """Options by their labels, people as they are."""
    heard: list[Any] = []

    class Choosing(ui.View):
        """Two selects."""

        @ui.select(placeholder="Urgency", options=[discord.SelectOption(label="High", value="p1")])
        async def urgency(self, told: Told, chosen: ui.Select[Any]) -> None:
            heard.extend(chosen.values)
            await told.response.defer()
            await told.followup.send("Noted", ephemeral=True)

        @ui.select(cls=ui.UserSelect, placeholder="Who")
        async def who(self, told: Told, chosen: ui.UserSelect[Any]) -> None:
            heard.extend(one.display_name for one in chosen.values)
            await told.response.edit_message(content="Chosen", view=None)

    ann, help = fake.person("Ann Lee"), fake.channel("help")
    await bot.begin()
    await bot.get_partial_messageable(int(help.id)).send("Choose", view=Choosing())
    message = ann.find("Choose", help)
    await ann.choose("Urgency", "High", message)
    await fake.until(lambda: ann.alone(help))
    await ann.choose("Who", ann, message)
    assert heard == ["p1", "Ann Lee"]
    assert (message.content, message.components) == ("Chosen", [])
    with pytest.raises(CannotDo):
        await ann.choose("Urgency", "Low", message)


class Form(ui.Modal, title="A request"):
    """One of each field."""

    say = ui.TextDisplay("What is it about?")
    name: ui.Label[Any] = ui.Label(text="Title", component=ui.TextInput(max_length=20))
    urgency: ui.Label[Any] = ui.Label(
        text="Urgency",
        description="How bad is it?",
        component=ui.Select(options=[discord.SelectOption(label="High", value="p1", default=True)]),
    )
    who: ui.Label[Any] = ui.Label(text="Who", component=ui.UserSelect(required=False, min_values=0))
    files: ui.Label[Any] = ui.Label(text="Files", component=ui.FileUpload(required=False, min_values=0, max_values=2))

    def __init__(self) -> None:
        super().__init__(custom_id="form")
        self.got: list[Any] = []

    async def on_submit(self, told: Told) -> None:
        fields = self.name.component, self.urgency.component, self.who.component, self.files.component
        title, urgency, who, files = fields
        assert isinstance(title, ui.TextInput)
        assert isinstance(urgency, ui.Select)
        assert isinstance(who, ui.UserSelect)
        assert isinstance(files, ui.FileUpload)
        content = [await file.read() for file in files.values]
        self.got += [title.value, urgency.values, [one.display_name for one in who.values], content]
        if title.value == "Quiet":
            assert await refused(told.response.send_modal(Form())) == 50035
            await told.response.defer()
            return
        await told.response.send_message(f"ACME-1: {title.value}")


@pytest.mark.asyncio
async def test_a_form(fake: FakeDiscord, bot: DiscordBot):
    """What stands in it, what it does not take, and what is sent; from no form another one opens."""
    forms: list[Form] = []

    @desk_command(bot, "new")
    async def new(told: Told) -> None:
        forms.append(Form())
        await told.response.send_modal(forms[-1])

    ann, bob, help = fake.person("Ann Lee"), fake.person("Bob Ray"), fake.channel("help")
    await begun(bot)
    assert await ann.slash(help, "/new") is None
    form = ann.modal
    assert form
    assert (form.title, form.labels) == ("A request", ["Title", "Urgency", "Who", "Files"])
    assert form.text == "What is it about?\nHow bad is it?"
    assert (form.required, form.options("Urgency")) == (["Title", "Urgency"], ["High"])
    assert form.values == {"Title": "", "Urgency": ["High"], "Who": [], "Files": []}
    assert await ann.submit({}) == {"Title": "This field is required."}
    assert await ann.submit({"Title": "x" * 21}) == {"Title": "Must be 20 or fewer characters."}
    assert await ann.submit({"Title": "Printer", "Who": bob, "Files": {"a.txt": b"a", "b.txt": b"b"}}) == {}
    assert ann.modal is None
    assert forms[-1].got == ["Printer", ["p1"], ["Bob Ray"], [b"a", b"b"]]
    assert [seen.text for seen in ann.sees(help)] == ["ACME-1: Printer"]
    await ann.slash(help, "/new")
    assert await ann.submit({"Title": "Quiet"}) == {}
    await ann.slash(help, "/new")
    ann.close()
    with pytest.raises(CannotDo):
        await ann.submit()


INPUT = {"type": 4, "custom_id": "a", "style": 1}


def labelled(part: dict[str, Any], *, label: str = "x") -> dict[str, Any]:
    """A field with what stands above it."""
    return {"type": 18, "label": label, "component": part}


def option(name: str, **known: Any) -> dict[str, Any]:
    """An option of a command."""
    return {"type": 3, "name": name, "description": "x", **known}


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("form", "where"),
    [
        ({"title": "x" * 46}, "title"),
        ({"custom_id": ""}, "custom_id"),
        ({"components": []}, "components"),
        ({"components": [{"type": 2, "style": 1, "label": "no", "custom_id": "b"}]}, "components"),
        ({"components": [labelled(INPUT, label="x" * 46)]}, "components"),
        ({"components": [labelled({**INPUT, "style": 3})]}, "components"),
        ({"components": [labelled({"type": 3, "custom_id": "a", "options": []})]}, "components"),
        ({"components": [labelled(INPUT), labelled(INPUT)]}, "components"),
    ],
)
async def test_a_form_that_discord_does_not_open(fake: FakeDiscord, bot: DiscordBot, form: dict[str, Any], where: str):
    """Each is refused at its place, and the person is told that nothing came."""

    @desk_command(bot, "new")
    async def new(told: Told) -> None:
        route = discord.http.Route(
            "POST", "/interactions/{webhook_id}/{webhook_token}/callback", webhook_id=told.id, webhook_token=told.token
        )
        data = {"title": "Form", "custom_id": "f", "components": [labelled(INPUT)], **form}
        assert await refused(bot.http.request(route, json={"type": 9, "data": data})) == 50035
        await told.response.defer()

    ann, help = fake.person("Ann Lee"), fake.channel("help")
    await begun(bot)
    shown = await ann.slash(help, "/new")
    assert shown
    assert where in fake.record.calls[-2].answer["errors"]["data"]
    assert ann.modal is None


@pytest.mark.asyncio
async def test_a_message_menu(fake: FakeDiscord, bot: DiscordBot):
    """The bot reads what it is about, with the intent or without."""
    heard: list[str] = []

    @bot.tree.context_menu(name="Turn into a request")
    async def turn(told: Told, message: discord.Message) -> None:
        heard.append(message.content)
        await told.response.send_message("ACME-1")

    ann, bob, help = fake.person("Ann Lee"), fake.person("Bob Ray"), fake.channel("help")
    await begun(bot)
    said = bob.say(help, "My printer burns")
    shown = await ann.message_menu("Turn into a request", said)
    assert shown
    assert (heard, shown.text, shown.message.type) == (["My printer burns"], "ACME-1", 23)


@pytest.mark.asyncio
async def test_who_is_offered_a_command(fake: FakeDiscord, bot: DiscordBot):
    """By permissions, and in direct conversations where it is not for guilds alone."""

    @desk_command(bot, "boss")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def boss(told: Told) -> None:
        await told.response.send_message("Yes")

    @desk_command(bot, "all")
    async def everywhere(told: Told) -> None:
        await told.response.send_message(f"{told.guild_id}")

    manager = fake.role("Manager", permissions=P.MANAGE_GUILD)
    ann, bob, help = fake.person("Ann Lee"), fake.person("Bob Ray", roles=[manager]), fake.channel("help")
    await begun(bot)
    assert await bob.slash(help, "/boss")
    for channel in (help, ann.dm_channel):
        with pytest.raises(CannotDo):
            await ann.slash(channel, "/boss")
    shown = await ann.slash(ann.dm_channel, "/all")
    assert shown
    assert shown.text == "None"
    fake.rule(help, fake.guild.everyone, deny=P.USE_APPLICATION_COMMANDS)
    with pytest.raises(CannotDo):
        await ann.slash(help, "/all")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("command", "where"),
    [
        ({"name": "Desk"}, "name"),
        ({"name": "a b"}, "name"),
        ({"description": ""}, "description"),
        ({"type": 3, "name": "Menu", "description": "x"}, "description"),
        ({"options": [option("a", autocomplete=True, choices=[{"name": "a", "value": "b"}])]}, "options"),
        ({"options": [option("a"), option("b", required=True)]}, "options"),
        ({"options": [option("a"), option("a")]}, "options"),
        ({"options": [option(f"o{n}") for n in range(26)]}, "options"),
        ({"options": [option("a", type=1), option("b")]}, "options"),
    ],
)
async def test_a_command_that_discord_does_not_register(
    fake: FakeDiscord, bot: DiscordBot, command: dict[str, Any], where: str
):
    """Each is refused at its place, and what was registered before stays."""
    await bot.login(fake.app.token)
    good = {"name": "desk", "description": "The desk", "type": 1}
    await bot.http.bulk_upsert_global_commands(int(fake.app.id), [good])  # type: ignore[arg-type, list-item]
    upsert = bot.http.bulk_upsert_global_commands(int(fake.app.id), [{**good, **command}])  # type: ignore[list-item]
    assert await refused(upsert) == 50035
    assert where in fake.record.calls[-1].answer["errors"]["0"]
    assert [one["name"] for one in fake.app.commands.values()] == ["desk"]


@pytest.mark.asyncio
async def test_menus_of_people_and_selects_of_all_kinds(fake: FakeDiscord, bot: DiscordBot):
    """Roles, channels and people or roles come as discord.py knows them; nobody presses what is another's."""
    heard: list[Any] = []

    class Choosing(ui.View):
        """One of each."""

        @ui.select(cls=ui.RoleSelect, placeholder="Role")
        async def role(self, told: Told, chosen: ui.RoleSelect[Any]) -> None:
            heard.extend(one.name for one in chosen.values)
            await told.response.defer()

        @ui.select(cls=ui.ChannelSelect, placeholder="Channel")
        async def channel(self, told: Told, chosen: ui.ChannelSelect[Any]) -> None:
            heard.extend(one.name for one in chosen.values)
            await told.response.defer()

        @ui.select(cls=ui.MentionableSelect, placeholder="Both", max_values=2)
        async def both(self, told: Told, chosen: ui.MentionableSelect[Any]) -> None:
            heard.extend(str(one) for one in chosen.values)
            await told.response.defer()

    @bot.tree.context_menu(name="Choose for")
    async def choose(told: Told, who: discord.Member) -> None:
        heard.append(who.display_name)
        await told.response.send_message("Choose", view=Choosing(), ephemeral=True)

    role = fake.role("Engineers")
    ann, bob, help = fake.person("Ann Lee"), fake.person("Bob Ray"), fake.channel("help")
    await begun(bot)
    shown = await ann.user_menu("Choose for", bob, help)
    assert shown
    assert shown.selects == ["Role", "Channel", "Both"]
    await ann.choose("Role", role, shown)
    await ann.choose("Channel", help, shown)
    await ann.choose("Both", [bob, role], shown)
    assert heard == ["Bob Ray", "Engineers", "help", "bobray", "Engineers"]
    for who, label, chosen in ((bob, "Role", role), (ann, "Role", help), (ann, "Both", [])):
        with pytest.raises(CannotDo):
            await who.choose(label, chosen, shown)
    for wrong in (ann.press("x", ann.say(help, "mine")), ann.message_menu("Choose for", shown.message)):
        with pytest.raises(CannotDo):
            await wrong


class Ticks(ui.Modal, title="Ticks"):
    """The kinds of fields that are ticked."""

    way: ui.Label[Any] = ui.Label(
        text="Way",
        component=ui.RadioGroup(
            options=[discord.RadioGroupOption(label="Fast"), discord.RadioGroupOption(label="Slow")]
        ),
    )
    days: ui.Label[Any] = ui.Label(
        text="Days",
        component=ui.CheckboxGroup(
            options=[discord.CheckboxGroupOption(label=day, value=day.lower()) for day in ("Mon", "Tue")]
        ),
    )
    sure: ui.Label[Any] = ui.Label(text="Sure", component=ui.Checkbox())
    where: ui.Label[Any] = ui.Label(text="Where", component=ui.ChannelSelect(required=True))

    def __init__(self, got: list[Any]) -> None:
        super().__init__(custom_id="ticks")
        self.got = got

    async def on_submit(self, told: Told) -> None:
        way, days, sure, where = (label.component for label in (self.way, self.days, self.sure, self.where))
        assert isinstance(way, ui.RadioGroup)
        assert isinstance(days, ui.CheckboxGroup)
        assert isinstance(sure, ui.Checkbox)
        assert isinstance(where, ui.ChannelSelect)
        self.got += [way.value, days.values, sure.value, [one.name for one in where.values]]
        await told.response.edit_message(content="Ticked", view=None)


@pytest.mark.asyncio
async def test_a_form_behind_a_button(fake: FakeDiscord, bot: DiscordBot):
    """It may change the message that it was opened from; where nobody answers it stays open."""
    got: list[Any] = []

    class Opening(ui.View):
        """One button."""

        @ui.button(label="Open")
        async def open(self, told: Told, button: ui.Button[Any]) -> None:
            await told.response.send_modal(Ticks(got))

    ann, help = fake.person("Ann Lee"), fake.channel("help")
    await bot.begin()
    await bot.get_partial_messageable(int(help.id)).send("Here", view=Opening())
    card = ann.find("Here", help)
    await ann.press("Open", card)
    with pytest.raises(CannotDo):
        ann.fill({"Way": "Sideways"})
    ann.fill({"Way": "Fast", "Days": ["Mon", "Tue"], "Sure": True})
    assert ann.modal
    assert ann.modal.values["Days"] == ["Mon", "Tue"]
    assert await ann.submit() == {"Where": "This field is required."}
    assert await ann.submit({"Where": help}) == {}
    assert got == ["Fast", ["mon", "tue"], True, ["help"]]
    assert [seen.text for seen in ann.sees(help)] == ["Ticked"]
    await bot.get_partial_messageable(int(help.id)).send("Again", view=Opening())
    await ann.press("Open", ann.find("Again", help))
    await bot.end()
    with pytest.raises(NotAnswered):
        await ann.submit({"Way": "Slow", "Days": "Mon", "Where": help})
    assert ann.modal


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", [5, 6, 7, 8])
async def test_what_is_no_answer_to_a_command(fake: FakeDiscord, bot: DiscordBot, kind: int):
    """An update without a message, suggestions nobody asked for, a deferral with words."""
    refusals: list[int] = []

    @desk_command(bot, "new")
    async def new(told: Told) -> None:
        path = "/interactions/{webhook_id}/{webhook_token}/callback"
        route = discord.http.Route("POST", path, webhook_id=told.id, webhook_token=told.token)
        assert await refused(bot.http.request(route, json={"type": kind, "data": {"content": "x"}})) == 50035
        refusals.append(kind)
        fake.times.skip(fake.limits.answer_within)

    ann, help = fake.person("Ann Lee"), fake.channel("help")
    await begun(bot)
    with pytest.raises(NotAnswered):
        await ann.slash(help, "/new")
    assert refusals == [kind]
    assert ann.sees(help) == []


@pytest.mark.asyncio
async def test_a_command_in_a_group_in_a_group(fake: FakeDiscord, bot: DiscordBot):
    """The way into it is told as Discord tells it, to suggestions too; a forum has nowhere to type it."""
    inner = app_commands.Group(name="team", description="The team", parent=desk(bot))

    @inner.command(name="add", description="One more")
    async def add(told: Told, who: str) -> None:
        assert told.command
        await told.response.send_message(f"{told.command.qualified_name}: {who}", ephemeral=True)

    @add.autocomplete("who")
    async def people(told: Told, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=typed.title(), value=typed)]

    ann, help, forum = fake.person("Ann Lee"), fake.channel("help"), fake.forum("requests")
    await begun(bot)
    assert await ann.suggestions(help, "/desk team add", "who", "bob") == {"Bob": "bob"}
    shown = await ann.slash(ann.start_thread(help, "Talk"), "/desk team add", who="bob")
    assert shown
    assert shown.text == "desk team add: bob"
    for line, channel in (("/desk team", help), ("/desk add", help), ("/desk team add", forum)):
        with pytest.raises(CannotDo):
            await ann.slash(channel, line, who="bob")
