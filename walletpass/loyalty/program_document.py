"""A program as a document: what is stored with a version, and what people write in files."""

from collections.abc import Mapping
from typing import Any

from walletpass.loyalty.documents import read_document, to_document
from walletpass.loyalty.program import Program
from walletpass.loyalty.program_problems import BadProgram
from walletpass.loyalty.wording import Sentence


def dump_program(program: Program) -> dict[str, Any]:
    """JSON values only; without what is as shipped.

    So the defaults of a program and all its parts are part of what was published: they never change.
    """
    document: dict[str, Any] = to_document(program)
    return document


def load_program(document: Mapping[str, Any]) -> Program:
    """Raises BadProgram with everything that cannot be read. Whether the rules make sense is not asked."""
    program, problems = read_program(document)
    if problems:
        raise BadProgram(problems)
    return program


def read_program(document: Any) -> tuple[Program, tuple[Sentence, ...]]:
    """The program, to be judged but not to be used where anything is UNREAD, and everything that cannot be read."""
    problems: list[Sentence] = []
    given = {"milestones": [], **document} if isinstance(document, Mapping) else document
    return read_document(Program, given, "", problems), tuple(problems)
