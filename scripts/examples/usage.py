"""Whether a command in the documentation is one that the tool has: its subcommand, its options and their fixed values, as the tool's own help lists them."""

import json
import re
import shlex
import subprocess
from pathlib import Path

SEPARATORS = {"|", "||", "&&", "&", ";", "(", ")", ">", ">>", "<", "2>"}
PREFIXES = {"$", "do", "then", "srun", "time", "exec", "nohup"}
PLACEHOLDER = re.compile(r"[^a-z]*")


def simple_commands(code: str) -> list[list[str]]:
    """The simple commands of shell code, a list of words each; what is put before a command (`do`, `srun`, variables) is taken away."""
    commands: list[list[str]] = []
    for line in re.sub(r"\\\n\s*", " ", code).splitlines():
        line = re.sub(r"\d?>&\d", " ", line)
        words = re.sub(r"(?<!\S)[\[(]|[\])](?!\S)", " ", line).replace(";", " ; ")
        try:
            tokens = shlex.split(words, comments=True)
        except ValueError:  # Code that is no shell's, with a single quotation mark.
            continue
        command: list[str] = []
        for token in [*tokens, ";"]:
            if token in SEPARATORS:
                commands.append(command)
                command = []
            elif command or (token not in PREFIXES and not re.match(r"\w+=", token)):
                command.append(token)
    return [command for command in commands if command]


class Usage:
    """What `caption-images` takes, from the JSON that `--experimental-dump-help` prints."""

    def __init__(self, description: dict) -> None:
        self.root = description["command"]

    @classmethod
    def of(cls, binary: Path) -> "Usage":
        return cls(json.loads(subprocess.run([binary, "--experimental-dump-help"], capture_output=True, check=True).stdout))

    def options(self) -> set[str]:
        return {name for node in self._nodes(self.root) for name in self._names(node)}

    def problem(self, words: list[str]) -> str | None:
        """What is wrong with the words behind `caption-images`, if anything is."""
        node, rest = self.root, list(words)
        while rest and (found := self._child(node, rest[0])):
            node, rest = found, rest[1:]
        if node is self.root:
            if rest and rest[0] in ("--help", "--version", "-h"):
                return None
            if rest and re.fullmatch(r"[a-z][a-z-]*", rest[0]):
                return f"there is no command {rest[0]}"
            node = self._child(node, node["defaultSubcommand"]) or node
        named, inputs = self._names(node), 0
        while rest:
            word = rest.pop(0)
            if not re.match(r"--?[a-zA-Z]", word):
                inputs += word != "..."
                continue
            name, _, value = word.partition("=")
            if name not in named:
                return f"{node['commandName']} has no option {name}"
            if named[name]["kind"] == "flag":
                continue
            if not value and not rest:
                return None  # Prose names an option without its value.
            value = value or rest.pop(0)
            allowed = named[name].get("allValues")
            wrong = [part for part in value.split("|") if allowed and part not in allowed and not PLACEHOLDER.fullmatch(part)]
            if wrong:
                return f"{name} takes {', '.join(allowed)}, not {wrong[0]}"
        taken = [argument for argument in node["arguments"] if argument["kind"] == "positional"]
        if inputs > len(taken) and not any(argument["isRepeating"] for argument in taken):
            return f"{node['commandName']} takes {len(taken)} arguments, not {inputs}"
        return None

    def problem_of_options(self, words: list[str]) -> str | None:
        """What is wrong with options that are named without their command, if no command takes them so."""
        commands = [[node["commandName"]] for node in self.root["subcommands"] if not node.get("subcommands")]
        commands += [[node["commandName"], child["commandName"]] for node in self.root["subcommands"] for child in node.get("subcommands", [])]
        problems = [self.problem([*command, *words]) for command in commands]
        return None if None in problems else next((problem for problem in problems if problem and "has no option" not in problem), problems[0])

    @staticmethod
    def _child(node: dict, name: str) -> dict | None:
        return next((child for child in node.get("subcommands", []) if child["commandName"] == name), None)

    @staticmethod
    def _names(node: dict) -> dict[str, dict]:
        return {("-" if name["kind"] == "short" else "--") + name["name"]: argument for argument in node.get("arguments", []) for name in argument.get("names", [])}

    @classmethod
    def _nodes(cls, node: dict) -> list[dict]:
        return [node, *(found for child in node.get("subcommands", []) for found in cls._nodes(child))]
