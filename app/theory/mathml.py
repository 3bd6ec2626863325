"""Equations in a small subset of TeX as MathML, which browsers set without any script, font or network.

The subset: letters, numbers and signs; `^`, `_`, `'`; `\\frac`, `\\tfrac`, `\\hat`, `\\tilde`, `\\text`, `\\mathrm`, `\\mathbb`;
`\\left` and `\\right` before brackets that grow with what they enclose; the names in `IDENTIFIERS`, `OPERATORS`, `FUNCTIONS`
and `SPACES`.
"""

import re
from html import escape

from aae_core.errors import AAEError

TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\s+|.", re.DOTALL)
TEXT_COMMAND = re.compile(r"\\(text|mathrm)\{([^{}]*)\}")
IDENTIFIERS = {
    "varepsilon": "ε", "eta": "η", "lambda": "λ", "mu": "μ", "pi": "π", "sigma": "σ", "varphi": "φ", "infty": "∞",
}  # fmt: skip
OPERATORS = {
    "sim": "∼", "approx": "≈", "le": "≤", "ge": "≥", "ne": "≠", "Rightarrow": "⇒", "nabla": "∇", "partial": "∂", "int": "∫",
    "sum": "∑", "cdot": "·",
}  # fmt: skip
FUNCTIONS = ("log", "exp", "min", "max")
FENCES = {"lVert": "‖", "rVert": "‖", "|": "‖", "langle": "⟨", "rangle": "⟩"}
LIMITS = ("∑", "min", "max")  # what stands below and above in a display
ACCENTS = {"hat": "^", "tilde": "~"}
SPACES = {",": "0.17em", " ": "0.25em", "quad": "1.2em"}
SIGNS = {"-": "−", "*": "∗"}
BRACKETS = "()[]"
BEFORE_SIGN = ("=", "(", "[", "{", "+", "-", "\\le", "\\ge")  # behind which a minus is a sign, not a difference
DOUBLE_STRUCK = {"E": "𝔼"}


class EquationError(AAEError):
    """An equation is not in the subset that is set here."""


def to_mathml(tex: str, is_display: bool = False) -> str:
    """The MathML of an equation; EquationError if it is not in the subset. is_display: whether it stands on a line of its own."""
    parser = _Parser(tex)
    row = parser.parse_row(end=None)
    display = ' display="block"' if is_display else ""
    return f"<math{display}>{row}</math>"


class _Parser:
    """Reads an equation token by token, from the left."""

    def __init__(self, tex: str):
        self.tex = tex
        self.tokens = []
        end = 0
        for command in TEXT_COMMAND.finditer(tex):
            self.tokens += TOKEN.findall(tex[end : command.start()])
            self.tokens.append(command[0])
            end = command.end()
        self.tokens += TOKEN.findall(tex[end:])
        self.tokens = [token for token in self.tokens if not token.isspace()]
        self.place = 0

    def peek(self) -> str | None:
        """The next token; None at the end."""
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def take(self) -> str:
        """The next token, which is then read."""
        token = self.peek()
        if token is None:
            raise EquationError(f"The equation {self.tex!r} ends too early.")
        self.place += 1
        return token

    def parse_row(self, end: str | None) -> str:
        """The elements up to the token `end`, which is read, too; None: up to the end of the equation."""
        row = ""
        while self.peek() != end:
            row += self.parse_scripts()
        if end is not None:
            self.take()
        return row

    def parse_group(self) -> str:
        """One element, or those between braces as one."""
        if self.peek() != "{":
            return self.parse_element()
        self.take()
        return f"<mrow>{self.parse_row(end='}')}</mrow>"

    def parse_scripts(self) -> str:
        """An element with what stands below and above it."""
        if self.peek() in ("^", "_"):
            raise EquationError(f"In the equation {self.tex!r}, {self.peek()} stands behind nothing.")
        base = self.parse_group()
        while self.peek() == "'":  # a prime is raised by its own shape
            self.take()
            base = f'<mrow>{base}<mo lspace="0" rspace="0">′</mo></mrow>'
        scripts = {}
        while self.peek() in ("^", "_"):
            sign = self.take()
            scripts[sign] = self.parse_group()
        has_limits = any(f">{name}<" in base for name in LIMITS) and "<mrow>" not in base
        tags = ("munder", "mover", "munderover") if has_limits else ("msub", "msup", "msubsup")
        if "_" in scripts and "^" in scripts:
            return _tagged(tags[2], base + scripts["_"] + scripts["^"])
        if "_" in scripts:
            return _tagged(tags[0], base + scripts["_"])
        if "^" in scripts:
            return _tagged(tags[1], base + scripts["^"])
        return base

    def parse_element(self) -> str:
        """A letter, number, sign or command, with its arguments."""
        is_first = self.place == 0 or self.tokens[self.place - 1] in BEFORE_SIGN
        token = self.take()
        if token == "-" and is_first:
            return '<mo form="prefix">−</mo>'
        if command := TEXT_COMMAND.fullmatch(token):
            return _text_element(*command.groups())
        if token.startswith("\\"):
            return self.parse_command(token[1:])
        if token in BRACKETS:
            return f'<mo stretchy="false">{token}</mo>'
        if token[0].isdigit():
            return f"<mn>{token}</mn>"
        if token.isalpha():
            return f"<mi>{token}</mi>"
        if token in "{}^_&\\":
            raise EquationError(f"In the equation {self.tex!r}, {token} is out of place.")
        if token == "|":
            return '<mo stretchy="false">|</mo>'
        return f"<mo>{escape(SIGNS.get(token, token))}</mo>"

    def parse_command(self, name: str) -> str:
        """What a command stands for."""
        if name in ("left", "right"):
            form = "prefix" if name == "left" else "postfix"
            return f'<mo form="{form}" fence="true" stretchy="true">{escape(self.take())}</mo>'
        if name in ("frac", "tfrac"):
            fraction = f"<mfrac>{self.parse_group()}{self.parse_group()}</mfrac>"
            return f'<mstyle displaystyle="false">{fraction}</mstyle>' if name == "tfrac" else fraction
        if name in ACCENTS:
            return f'<mover accent="true">{self.parse_group()}<mo stretchy="false">{ACCENTS[name]}</mo></mover>'
        if name == "mathbb":
            return self.parse_double_struck()
        if name == "mid":
            return '<mo form="infix" stretchy="false" lspace="0.2em" rspace="0.2em">|</mo>'
        if name == "nabla":
            return "<mi>∇</mi>"
        if name in IDENTIFIERS:
            return f"<mi>{IDENTIFIERS[name]}</mi>"
        if name in OPERATORS:
            return f"<mo>{OPERATORS[name]}</mo>"
        if name in FENCES:
            return f'<mo stretchy="false">{FENCES[name]}</mo>'
        if name in SPACES:
            return f'<mspace width="{SPACES[name]}"></mspace>'
        if name in FUNCTIONS:
            return self.parse_function(name)
        raise EquationError(f"The equation {self.tex!r} uses \\{name}, which is not set here.")

    def parse_double_struck(self) -> str:
        brace, letter, closing_brace = self.take(), self.take(), self.take()
        if (brace, closing_brace) != ("{", "}") or letter not in DOUBLE_STRUCK:
            raise EquationError(f"The equation {self.tex!r} uses \\mathbb other than for {', '.join(DOUBLE_STRUCK)}.")
        return f"<mi>{DOUBLE_STRUCK[letter]}</mi>"

    def parse_function(self, name: str) -> str:
        """The name of a function, with a gap unless a bracket or a script follows."""
        is_alone = self.peek() in ("(", "^", "_", "\\,", "\\left")
        gap = "" if is_alone else '<mspace width="0.17em"></mspace>'
        return f"<mi>{name}</mi>{gap}"


def _text_element(kind: str, words: str) -> str:
    """Words within an equation, or the upright name of a quantity."""
    if kind == "text":
        return f"<mtext>{escape(words)}</mtext>"
    return f'<mi mathvariant="normal">{escape(words)}</mi>'


def _tagged(tag: str, content: str) -> str:
    return f"<{tag}>{content}</{tag}>"
