"""Where does each node of a libcst tree stand?

libcst keeps no places, but writes a tree out as exactly the text that it was read from. So the tree is written out into
nothing, and where the writing stands when a node begins and ends is noted as an offset into the text; lines and columns are
worked out only for the nodes that are asked for. This costs a fraction of libcst's own position provider.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

import libcst as cst
from libcst._nodes.internal import CodegenState

from mlstd.lower.ir import Span

_SUITES = (cst.IndentedBlock, cst.SimpleStatementSuite)


class _Syntactic:
    """The stretch of a node without the blanks and parentheses around it; libcst enters it around what matters."""

    __slots__ = ("end_node", "node", "recorder", "start", "start_node")

    def __init__(self, recorder: _Recorder, node: Any, start_node: Any, end_node: Any) -> None:
        self.recorder = recorder
        self.node = node
        self.start_node = start_node
        self.end_node = end_node

    def __enter__(self) -> None:
        self.start = self.recorder.offset

    def __exit__(self, *_: object) -> None:
        spans = self.recorder.spans
        start = self.start if self.start_node is None else spans[id(self.start_node)][0]
        end = self.recorder.offset if self.end_node is None else spans[id(self.end_node)][1]
        spans[id(self.node)] = (start, end)


class _Recorder(CodegenState):
    """Takes the place of the text that libcst would write: counts its characters and throws them away."""

    def __init__(self, module: cst.Module) -> None:
        super().__init__(default_indent=module.default_indent, default_newline=module.default_newline)
        self.offset = 0
        self.indent = 0
        self.stack: list[int] = []
        self.spans: dict[int, tuple[int, int]] = {}
        self.suites: dict[int, int] = {}

    def increase_indent(self, value: str) -> None:
        self.indent_tokens.append(value)
        self.indent += len(value)

    def decrease_indent(self) -> None:
        self.indent -= len(self.indent_tokens.pop())

    def add_indent_tokens(self) -> None:
        self.offset += self.indent

    def add_token(self, value: str) -> None:
        self.offset += len(value)

    def before_codegen(self, node: Any) -> None:
        self.stack.append(self.offset)

    def after_codegen(self, node: Any) -> None:
        start = self.stack.pop()
        key = id(node)
        if key not in self.spans:
            self.spans[key] = (start, self.offset)
        if type(node) in _SUITES:  # not isinstance: these are abstract base classes, which are slow to ask
            self.suites[key] = start

    def record_syntactic_position(self, node: Any, *, start_node: Any = None, end_node: Any = None) -> Any:
        return _Syntactic(self, node, start_node, end_node)


class Positions:
    """The places of all nodes of one tree, which must stay alive as long as this is asked."""

    def __init__(self, module: cst.Module, code: str, shifts: tuple[tuple[int, int], ...] = ()) -> None:
        """`code` is the text that was parsed; `shifts` are the columns that had been taken off the fronts of its lines."""
        recorder = _Recorder(module)
        module._codegen(recorder)
        self.code = code
        self._spans = recorder.spans
        self._suites = recorder.suites
        self._shifts = dict(shifts)
        starts = [0]
        at = code.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = code.find("\n", at + 1)
        self._starts = starts

    def span(self, node: cst.CSTNode) -> Span:
        """The node's stretch without blanks and parentheses around it."""
        start, end = self._spans[id(node)]
        return self._at(start, end)

    def joined(self, first: cst.CSTNode, last: cst.CSTNode) -> Span:
        """The stretch from the begin of one node to the end of another."""
        return self._at(self._spans[id(first)][0], self._spans[id(last)][1])

    def text(self, node: cst.CSTNode) -> str:
        """The node's code as the parser saw it."""
        start, end = self._spans[id(node)]
        return self.code[start:end]

    def lines(self, node: cst.CSTNode) -> tuple[int, int]:
        """The first and last line of a node."""
        start, end = self._spans[id(node)]
        return self._line(start), self._line(end)

    def header(self, node: cst.CSTNode, suite: cst.BaseSuite) -> tuple[int, int]:
        """The first and last line of a compound statement's header, which ends with the colon before its suite."""
        return self._line(self._spans[id(node)][0]), self._line(self._suites[id(suite)])

    def _line(self, offset: int) -> int:
        return bisect_right(self._starts, offset)

    def _at(self, start: int, end: int) -> Span:
        starts = self._starts
        line = bisect_right(starts, start)
        column = start - starts[line - 1] + 1
        end_line = bisect_right(starts, end, line - 1)
        end_column = end - starts[end_line - 1] + 1
        if self._shifts:
            column += self._shifts.get(line, 0)
            end_column += self._shifts.get(end_line, 0)
        return line, column, end_line, end_column
