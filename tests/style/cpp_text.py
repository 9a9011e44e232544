"""C++ text as the style rules see it: without comments and literals, cut into functions."""

import dataclasses
import re

LITERALS = re.compile(
    r'//[^\n]*'                                          # comment
    r'|/\*.*?\*/'
    r'|(?:u8|[uUL])?R"([^()\\\s]{0,16})\(.*?\)\1"'       # raw string
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'",             # character, but not a digit separator
    re.DOTALL)
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.MULTILINE)


def blank(match):
    text = match.group()
    return '"' + re.sub(r"[^\n]", " ", text[1:-1]) + '"' if text[0] != "/" else re.sub(r"[^\n]", " ", text)


def without_literals(text):
    """`text` with comments and the content of literals blanked. Lines and columns stay where they are."""
    return LITERALS.sub(blank, text)


@dataclasses.dataclass
class Function:
    head: str
    first_line: int
    last_line: int

    @property
    def num_lines(self):
        return self.last_line - self.first_line + 1

    @property
    def num_parameters(self):
        """Of a lambda's parameter list, else of the first one in the head."""
        head = without_templates(self.head)
        if LAMBDA_HEAD.search(without_parentheses(head)):
            begin = list(re.finditer(r"\]\s*\(", head))[-1]
            return count_parameters(head[begin.end():])
        begin = re.search(r"operator\s*\(\s*\)\s*\(|(?<!alignas)(?<!requires)(?<!requires )(?<!noexcept)(?<!explicit)\((?!\s*\))", head)
        return count_parameters(head[begin.end():]) if begin else 0


def count_parameters(text):
    """How many parameters stand in `text`, which starts behind the opening parenthesis."""
    depth, count, seen = 0, 0, False
    for index, char in enumerate(text):
        if char == ")" and depth == 0:
            break
        seen = seen or not char.isspace()
        arrow = char == ">" and text[index - 1] == "-"
        depth += (char in "([{<") - (char in ")]}>" and not arrow)
        count += char == "," and depth == 0
    return count + seen


def without_templates(head):
    """`head` without `template <...>` and the requires-clauses in parentheses that may follow it."""
    while True:
        begin = re.search(r"\btemplate\s*<", head)
        if not begin:
            return head
        depth, at = 1, begin.end()
        while at < len(head) and depth:
            depth += (head[at] in "<(") - (head[at] == ")" or (head[at] == ">" and head[at - 1] != "-"))
            at += 1
        head = head[:begin.start()] + " " + head[at:]


def innermost(head):
    """What stands in `head` behind the last parenthesis that is still open; all of it if none is."""
    closed = 0
    for index in range(len(head) - 1, -1, -1):
        closed += (head[index] == ")") - (head[index] == "(")
        if closed < 0:
            return head[index + 1:]
    return head


def without_parentheses(head):
    """`head` with every pair of parentheses emptied."""
    out, depth = [], 0
    for char in head:
        depth -= char == ")"
        if depth == 0:
            out.append(char)
        depth += char == "("
    return "".join(out)


QUALIFIERS = r"(?:\s|const\b|volatile\b|noexcept\b(?:\(\))?|override\b|final\b|mutable\b|constexpr\b|try\b|&&?|\[\[.*?\]\]|COLBLOCK_\w+)*"
LAMBDA_HEAD = re.compile(r"\]\s*\(\)" + QUALIFIERS + r"(?:->[^;]*)?$", re.DOTALL)
TYPE_HEAD = re.compile(r"\b(?:class|struct|union|enum)\b(?:\s+(?:class|struct))?(?:\s*alignas\(\)|\s*\[\[.*?\]\]|\s*COLBLOCK_\w+\b)*"
                       r"(?:\s+[\w:]+(?:\s*<.*>)?)?(?:\s+final)?\s*(?::(?!:).*)?$", re.DOTALL)
BODY_HEAD = re.compile(r"\(\)" + QUALIFIERS + r"(?:->[^;]*|requires\b[^;]*)?$"          # f() const -> T {
                       r"|\(\)" + QUALIFIERS + r"(?:requires\b[^:]*)?:(?!:)[^;]*[)}]\s*$"  # f() : x(1), y{2} {
                       r"|\]" + QUALIFIERS + r"$", re.DOTALL)                           # [] {


def opens(head):
    """What the brace behind `head`, outside functions, opens: "body", "scope" or "value"."""
    head = without_parentheses(without_templates(innermost(head))).strip()
    if re.search(r"\brequires\s*(\(\))?$", head):
        return "value"
    if re.search(r"\bnamespace\b[\w:\s\[\]]*$", head) or re.search(r'\bextern\s*"\s*"$', head) or TYPE_HEAD.search(head):
        return "scope"
    if BODY_HEAD.search(head) and not re.search(r"(^|[^=!<>])=$", head):
        return "body"
    return "scope" if not head else "value"


def functions(text):
    """The outermost functions of a file: free ones, members, lambdas in initialisers. A function's lines
    run from the line of its opening brace to that of the closing one."""
    code = DIRECTIVE.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), without_literals(text))
    stack, head, line = [], [], 1  # stack: (what, line, head before it)
    found = []
    for char in code:
        if char == "\n":
            line += 1
        inside_body = bool(stack) and stack[-1][0] in ("body", "nested")
        if char == "{":
            text_before = "".join(head)
            stack.append(("nested" if inside_body else opens(text_before), line, text_before))
            head = []
        elif char == "}" and stack:
            what, begin, text_before = stack.pop()
            own_head = innermost(text_before)
            if what == "body":
                found.append(Function(own_head.strip(), begin, line))
            goes_on = what == "value" or own_head != text_before
            head = list(text_before + "{}") if goes_on and what != "nested" else []
        elif char == ";":
            head = []
        else:
            head.append(char)
            if char == ":" and re.search(r"\b(public|private|protected)\s*:$", "".join(head[-12:])):
                head = []
    return sorted(found, key=lambda function: function.first_line)
