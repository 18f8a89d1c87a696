"""What is written in a figure."""


def words(figure):
    """All texts of a matplotlib figure, drawn, in one string."""
    figure.canvas.draw()
    return " ".join(
        text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text"))
    )
