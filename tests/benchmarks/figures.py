"""What was measured, beside what it is measured against."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Figure:
    """One row of the table. With `limit` it is a ratio of two figures of the same run; otherwise a figure of its own."""

    quantity: str  # "events a second, 64 producers"
    berth: float
    unit: str = ""  # "/s", "ms", "B"
    limit: float | None = None
    against: str = ""  # whose figure `limit` is: "bare SQLite"
    less_is_better: bool = False
    goal: float | None = None  # of the ratio when there is a limit: at least. Otherwise of the figure: see `met`

    @property
    def ratio(self):
        """1 is as good as the limit, more is better."""
        if self.limit is None:
            return None
        best, worst = (self.limit, self.berth) if self.less_is_better else (self.berth, self.limit)
        return best / worst if worst else float("inf")

    @property
    def met(self):
        """Whether the goal is reached; None without one."""
        if self.goal is None:
            return None
        if self.limit is not None:
            return self.ratio >= self.goal
        return self.berth <= self.goal if self.less_is_better else self.berth >= self.goal


def number(value):
    """With three digits that count, and no more."""
    if value is None:
        return ""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:,.{2 if abs(value) < 1 else 1}f}" if abs(value) >= 0.1 else f"{value:.2g}"


def goal_in_words(figure):
    if figure.goal is None:
        return ""
    bound = "at most" if figure.limit is None and figure.less_is_better else "at least"
    return f"{bound} {number(figure.goal)}: {'met' if figure.met else '**missed**'}"


def table(figures):
    """The lines of a Markdown table."""
    yield "| quantity | Berth | limit or peer | ratio | goal |"
    yield "|---|---:|---:|---:|---|"
    for figure in figures:
        unit = f" {figure.unit}" if figure.unit and not figure.unit.startswith("/") else figure.unit
        limit = f"{number(figure.limit)}{unit} ({figure.against})" if figure.limit is not None else ""
        ratio = f"{figure.ratio:.2f}" if figure.ratio is not None else ""
        yield f"| {figure.quantity} | {number(figure.berth)}{unit} | {limit} | {ratio} | {goal_in_words(figure)} |"
