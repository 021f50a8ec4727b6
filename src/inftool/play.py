"""`inftool play`: a person in the assistant's or the user's seat, in the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from inftool.agents.assistant import Assistant
from inftool.agents.human import HumanAssistant, HumanUser
from inftool.agents.message import Action, Message, Tool
from inftool.envs.episode import Episode, play
from inftool.envs.render import printable
from inftool.envs.task import Task
from inftool.envs.world import World
from inftool.terminal import out, show_message, show_tools, show_verdict

HELP = """\
  get_pet 3                 call a tool; bare values fill its arguments in order
  get_pet petId=3           the same by name; quote values with spaces: name="Blue Whale"
  any other text            a reply to the user
  /tools  /task  /gold      show the tools; what kind of task this is; one correct way
  /json                     show the last result whole, as JSON
  /help  /quit              this text; leave (Ctrl-D leaves too)"""


class Quit(Exception):
    """The person leaves."""


class Table:
    """The terminal as the place where an episode is played: prints what is new and reads lines."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self._shown = 0

    def show(self, messages: Sequence[Message]) -> None:
        """Print the messages that were not printed yet."""
        for message in messages[self._shown :]:
            show_message(message)
        self._shown = len(messages)

    def read_assistant(self, messages: Sequence[Message], tools: Sequence[Tool]) -> str:
        """Read the assistant's next line, obeying commands first."""
        self.show(messages)
        while True:
            line = self._line("assistant> ")
            if line.startswith("/"):
                self._command(line, messages, tools)
            elif line.strip():
                self._shown = len(messages) + 1
                return line

    def read_user(self, message: Message | None) -> str:
        """Read the user's next line."""
        if message is None:
            out.print(f"[dim]You want: {self.task.agenda.request}[/]")
            out.print(
                "[dim]Press Enter to say just that, or word it your way. Later, an empty line ends the episode.[/]"
            )
        return self._line("user> ")

    def _command(self, line: str, messages: Sequence[Message], tools: Sequence[Tool]) -> None:
        command = line.split()[0]
        if command == "/tools":
            show_tools(tools)
        elif command == "/task":
            out.print(f"  {self.task.kind}, difficulty {self.task.difficulty}, on {self.task.spec}, id {self.task.id}")
        elif command == "/gold":
            for message in self.task.gold:
                show_message(message)
        elif command == "/json":
            results = [message.content for message in messages if message.role == "tool"]
            out.print(printable(results[-1]) if results else "no result yet", markup=False, soft_wrap=True)
        elif command in ("/quit", "/exit", "/q"):
            raise Quit
        else:
            out.print(HELP)

    def _line(self, prompt: str) -> str:
        try:
            return input(prompt)
        except EOFError:
            raise Quit from None


def play_as_assistant(task: Task, world: World) -> bool:
    """Let a person play a task from the assistant's seat.

    Returns:
        Whether it was solved.
    """
    table = Table(task)
    episode = Episode(task, world.seats)
    out.print(f"You are the assistant. {world.program.title} has these tools; /help says how to call them.")
    show_tools(episode.tools)
    out.print()
    return _finish(episode, table, HumanAssistant(table.read_assistant), "human")


def play_as_user(task: Task, world: World, policy: str, assistant: Assistant) -> bool:
    """Let a person play a task from the user's seat, against a policy.

    Returns:
        Whether it was solved.
    """
    table = Table(task)
    out.print(f"You are the user of {world.program.title}; {policy} is the assistant.")
    episode = Episode(task, world.seats, HumanUser(table.read_user, task.agenda.request))
    return _finish(episode, table, assistant, policy)


def _finish(episode: Episode, table: Table, assistant: Assistant, name: str) -> bool:
    try:
        trajectory = play(episode, _Shown(assistant, table), name)
    finally:
        episode.close()
    table.show(trajectory.messages)
    show_verdict(trajectory.verdict)
    return trajectory.verdict.outcome == "solved"


class _Shown:
    """An assistant whose dialogue is printed as it goes."""

    def __init__(self, assistant: Assistant, table: Table) -> None:
        self._assistant = assistant
        self._table = table

    def act(self, messages: Sequence[Message], tools: Sequence[Tool]) -> Action:
        """Print what is new, then let the assistant act."""
        self._table.show(messages)
        return self._assistant.act(messages, tools)
