"""Executes the notebooks of the tutorials and keeps their outputs small: `python docs/run_tutorials.py [NAME ...]`.

The site shows the outputs as they are kept, because training takes minutes. A notebook that fails is not changed.
"""

import base64
import io
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from PIL import Image

FOLDER = Path(__file__).parent / "tutorials"
COLORS = 128


def main(names: list[str]) -> None:
    """Execute the notebooks with these names; all if there are none."""
    for path in [FOLDER / f"{name}.ipynb" for name in names] or sorted(FOLDER.glob("*.ipynb")):
        path.write_text(nbformat.writes(executed(path)) + "\n", encoding="utf-8")


def executed(path: Path) -> nbformat.NotebookNode:
    """The notebook with new outputs. Images have few colors, and nothing beside them that says the same."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=None, resources={"metadata": {"path": str(FOLDER)}}).execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "image/png" in data:
                data["image/png"] = _smaller(data["image/png"])
                data.pop("text/plain", None)
                # The interactive figure is several times as large as its image.
                data.pop("text/html", None)
    return notebook


def _smaller(image: str) -> str:
    """A PNG in base64 with fewer colors."""
    out = io.BytesIO()
    Image.open(io.BytesIO(base64.b64decode(image))).convert("RGB").quantize(COLORS).save(out, "png", optimize=True)
    return base64.b64encode(out.getvalue()).decode()


if __name__ == "__main__":
    main(sys.argv[1:])
