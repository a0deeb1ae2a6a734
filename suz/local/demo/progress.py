"""A progress bar for the terminal; plain lines where the output is no terminal."""

WIDTH = 28


class Progress:
    """Stages of known weight. ``write`` takes text, ``is_terminal`` allows rewriting the line."""

    def __init__(self, write, *, is_terminal, total):
        self.write = write
        self.is_terminal = is_terminal
        self.total = total
        self.done = 0.0
        self.name, self.weight = "", 0
        self.shown = None

    def stage(self, name, weight):
        """The stage before is done; ``weight`` is this one's part of the total."""
        self.done += self.weight
        self.name, self.weight = name, weight
        self._show(0)

    def ticker(self, steps):
        """A function to be called after each of the steps of this stage."""
        taken = 0

        def tick():
            nonlocal taken
            taken += 1
            self._show(taken / steps)

        return tick

    def finish(self):
        """Everything is done."""
        self.done, self.weight, self.name = self.total, 0, "Готово"
        self._show(0)
        if self.is_terminal:
            self.write("\n")

    def _show(self, part):
        percent = min(100, int((self.done + self.weight * part) / self.total * 100))
        key = (self.name, percent if self.is_terminal else None)
        if key == self.shown:
            return
        self.shown = key
        if self.is_terminal:
            bar = "█" * (percent * WIDTH // 100)
            self.write(f"\r  {bar:░<{WIDTH}} {percent:3} %  {self.name:<24}")
        else:
            self.write(f"  {percent:3} %  {self.name}\n")
