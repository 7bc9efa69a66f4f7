"""From DOT text to a picture: by a ``dot`` program on the PATH, else by the library inside pygraphviz's wheels."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import graphviz

from autograd_lite.errors import RenderingError

NOTHING_TO_RENDER_WITH = (
    "a picture needs Graphviz, and there is neither a dot program on the PATH nor the package pygraphviz, which brings "
    'its library along. Install one of them: pip install "autograd-lite[draw]", or your system\'s graphviz '
    "(apt install graphviz, brew install graphviz, winget install graphviz). "
    "Without them, .source is the text in the DOT language, which any Graphviz can draw"
)

#: Graphviz keeps its state in global variables.
_one_at_a_time = threading.Lock()


class Drawing(graphviz.Digraph):  # type: ignore[misc]
    """A `graphviz.Digraph` that can also be rendered where no Graphviz program is installed."""

    def pipe(
        self, format: str | None = None, *, engine: str | None = None, encoding: str | None = None, **more: Any
    ) -> Any:
        """Return the picture as bytes, or as text if `encoding` is given; see `graphviz.Digraph.pipe`."""
        format = _known(format or self.format)
        if shutil.which("dot"):
            with _failure_explained(format):
                return super().pipe(format, engine=engine, encoding=encoding, **more)
        picture = _render_in_process(self.source, format, engine or self.engine)
        return picture if encoding is None else picture.decode(encoding)

    def render(
        self,
        filename: str | os.PathLike[str] | None = None,
        directory: str | os.PathLike[str] | None = None,
        view: bool = False,
        cleanup: bool = False,
        format: str | None = None,
        *,
        outfile: str | os.PathLike[str] | None = None,
        engine: str | None = None,
        quiet_view: bool = False,
        **more: Any,
    ) -> str:
        """Write the picture to a file and return its path; see `graphviz.Digraph.render`."""
        suffix = Path(outfile).suffix[1:] if outfile is not None else ""
        format = _known(format or suffix or self.format)
        if shutil.which("dot"):
            more |= {"filename": filename, "directory": directory, "view": view, "cleanup": cleanup, "format": format}
            with _failure_explained(format):
                return str(super().render(outfile=outfile, engine=engine, quiet_view=quiet_view, **more))
        folder = Path(self.directory if directory is None else directory)
        if outfile is None:
            text = folder / (filename or self.filename)
            target = Path(f"{text}.{format}")
        else:
            target = folder / outfile
            text = folder / filename if filename else target.with_suffix(".gv")
        picture = _render_in_process(self.source, format, engine or self.engine)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(picture)
        if not cleanup:
            text.write_text(self.source, encoding=self.encoding)
        if view or quiet_view:
            graphviz.view(str(target), quiet=quiet_view)
        return str(target)


def _known(format: str) -> str:
    if format.lower() not in graphviz.FORMATS:
        raise RenderingError(f"Graphviz knows no format {format!r}; the usual ones are 'svg', 'png' and 'pdf'")
    return format.lower()


@contextlib.contextmanager
def _failure_explained(format: str) -> Iterator[None]:
    try:
        yield
    except graphviz.CalledProcessError as error:
        said = error.stderr.decode(errors="replace") if isinstance(error.stderr, bytes) else error.stderr
        raise RenderingError(f"Graphviz could not write {format!r}: {(said or str(error)).strip()}") from error


def _render_in_process(source: str, format: str, engine: str) -> bytes:
    try:
        import pygraphviz
    except ImportError as error:
        raise RenderingError(NOTHING_TO_RENDER_WITH) from error
    with _one_at_a_time, _standard_error_held_back() as said:
        try:
            return bytes(pygraphviz.AGraph(string=source).draw(format=format, prog=engine))
        except Exception as error:
            raise RenderingError(f"Graphviz could not write {format!r}: {said() or error}") from error


@contextlib.contextmanager
def _standard_error_held_back() -> Iterator[Callable[[], str]]:
    """Hold back what a C library says on standard error, without fontconfig's complaints about the system."""
    try:
        usual = os.dup(2)
    except OSError:  # a program without a console has none
        yield str
        return
    with tempfile.TemporaryFile() as file:

        def said() -> str:
            file.seek(0)
            lines = file.read().decode(errors="replace").splitlines()
            return "\n".join(line for line in lines if line and not line.startswith("Fontconfig"))

        os.dup2(file.fileno(), 2)
        try:
            yield said
        finally:
            os.dup2(usual, 2)
            os.close(usual)
        if sys.stderr is not None and said():
            print(said(), file=sys.stderr)
