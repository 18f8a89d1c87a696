"""What is written in a figure."""

from matplotlib.backends.backend_agg import FigureCanvasAgg


def words(figure):
    """All texts of a matplotlib figure, drawn, in one string."""
    figure.canvas.draw()
    return " ".join(
        text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text"))
    )


def texts_off_the_page(figure):
    """The texts of the panels that reach beyond the page; drawings are tested with this."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    width, height = canvas.get_width_height()
    outside = []
    for text in _texts(figure):
        box = text.get_window_extent()
        if box.x0 < -1 or box.y0 < -1 or box.x1 > width + 1 or box.y1 > height + 1:
            outside.append(text.get_text())
    return outside


def _texts(figure):
    """The titles and texts of the panels that are not empty."""
    found = [text for axes in figure.axes for text in [axes.title, *axes.texts]]
    return [text for text in found if text.get_text()]


def smallest_text(figure):
    """The size in points of the smallest text of the panels; infinite if there is none."""
    return min((text.get_fontsize() for text in _texts(figure)), default=float("inf"))
