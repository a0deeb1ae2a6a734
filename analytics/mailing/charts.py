"""Charts as pictures, for mails, which run no scripts."""

import io

COLOURS = ("#0b6e5e", "#c2702a")
INCHES, DOTS = (7.2, 3.0), 110


def lines(labels, series):
    """A PNG of lines: ``series`` are (name, values)."""
    figure, axes = _figure()
    for (name, values), colour in zip(series, COLOURS, strict=False):
        axes.plot(range(len(labels)), values, label=name, color=colour, marker="o", markersize=3)
    axes.set_xticks(range(len(labels)), labels, rotation=0 if len(labels) < 9 else 45, fontsize=8)
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False, fontsize=8)
    return _png(figure)


def bars(labels, series):
    """A PNG of horizontal bars: ``series`` are (name, values)."""
    figure, axes = _figure(height=max(2.2, 0.45 * len(labels) + 0.8))
    thickness = 0.8 / len(series)
    for number, ((name, values), colour) in enumerate(zip(series, COLOURS, strict=False)):
        places = [place + number * thickness for place in range(len(labels))]
        axes.barh(places, values, height=thickness, label=name, color=colour)
    axes.set_yticks(
        [place + 0.4 - thickness / 2 for place in range(len(labels))], labels, fontsize=8
    )
    axes.invert_yaxis()
    axes.ticklabel_format(axis="x", style="plain")
    axes.legend(frameon=False, fontsize=8)
    return _png(figure)


def _figure(height=INCHES[1]):
    # Loaded by the worker that sends, not by every process of the web.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(INCHES[0], height), dpi=DOTS, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="#dadfe5", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=8)
    return figure, axes


def _png(figure):
    output = io.BytesIO()
    figure.savefig(output, format="png")
    return output.getvalue()
