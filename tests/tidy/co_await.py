"""The rule that co_await stands alone in a statement.

Allowed are `co_await e;`, `x = co_await e;` with or without a declaration, `co_return co_await e;`.
Not allowed: conditions, arguments, braces, ?:, &&, ||, structured bindings. Compilers have freed
the temporaries of such expressions twice (g++ 12), and a reader sees every suspension at once.

This is no C++ parser: it blanks comments and literals, then follows brackets and semicolons.
"""
import re

# Comments, raw strings, strings, characters (but not the ' of 1'000) and preprocessor lines.
INVISIBLE = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"([^()\s\\]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\''
    r"|^[ \t]*#(?:\\\n|[^\n])*",
    re.S | re.M,
)
# What may stand before a statement: it makes the statement no less alone.
CONTROL = re.compile(r"\s*(?:else\b|do\b|case\b(?:[^:]|::)*:(?!:)|default\s*:)")
CONDITION = re.compile(r"\s*(?:if(?:\s+constexpr)?|while|for|switch)\s*\(")
ASSIGNMENT = re.compile(r"[^=?]*[^=?!<>+\-*/|&^%\s]\s*=")
BINDING = re.compile(r"auto\s*&{0,2}\s*\[")


def blank(match):
    """The same number of lines and columns, nothing to see."""
    return re.sub(r"[^\n]", " ", match.group())


def without_control(before):
    """`before` without the `else`, `case x:` or `if (...)` that it begins with."""
    while True:
        control = CONTROL.match(before)
        if control:
            before = before[control.end():]
            continue
        condition = CONDITION.match(before)
        if not condition:
            return before
        depth, end = 1, condition.end()
        while depth and end < len(before):
            depth += {"(": 1, ")": -1}.get(before[end], 0)
            end += 1
        if depth:
            return before
        before = before[end:]


def ends_alone(text, position):
    """Whether the expression from here on reaches its semicolon without an operator that branches."""
    depth = 0
    while position < len(text):
        character = text[position]
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
            if depth < 0:
                return False
        elif depth == 0:
            if character == ";":
                return True
            if character == "?" or text.startswith(("&&", "||"), position):
                return False
        position += 1
    return False


def begins_alone(before):
    """Whether `before` leaves the co_await that follows it a whole statement, or all of one's value."""
    before = without_control(before).strip()
    if before in {"", "co_return", "(void)"}:
        return True
    return ASSIGNMENT.fullmatch(before) and not BINDING.search(before)


def findings(source):
    """(line, what is wrong) for each co_await that does not stand alone."""
    text = INVISIBLE.sub(blank, source)
    open_brackets = []  # (bracket, where the statement around it began)
    start = 0
    for token in re.finditer(r"[(){}\[\];]|\bco_await\b", text):
        character, position = token.group(), token.start()
        if character in "([{":
            open_brackets.append((character, start))
            start = token.end()
        elif character in ")]}":
            bracket, outer = open_brackets.pop() if open_brackets else ("{", 0)
            in_parentheses = open_brackets and open_brackets[-1][0] in "(["
            start = token.end() if bracket == "{" and not in_parentheses else outer
        elif character == ";":
            if not open_brackets or open_brackets[-1][0] == "{":
                start = token.end()
        elif not re.search(r"\boperator\s*$", text[:position]):
            in_block = not open_brackets or open_brackets[-1][0] == "{"
            alone = in_block and begins_alone(text[start:position]) and ends_alone(text, token.end())
            if not alone:
                yield text.count("\n", 0, position) + 1, "a co_await that does not stand alone"
