"""What is shipped is what the checkout holds: code, statements, pages, assets and places."""

import subprocess
import sys
import zipfile
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
SOURCE = CHECKOUT / "src" / "leadhouse"


def test_the_wheel_holds_every_file_of_the_package_and_the_command(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(next(tmp_path.glob("leadhouse-*.whl"))) as wheel:
        held = set(wheel.namelist())
        entry = next(name for name in held if name.endswith("entry_points.txt"))
        assert b"leadhouse = leadhouse.project.cli:main" in wheel.read(entry)
    wanted = {
        str(file.relative_to(SOURCE.parent))
        for file in SOURCE.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert wanted - held == set()
    assert {"leadhouse/kit/us_places.tsv.gz", "leadhouse/web/templates/web/base.html"} <= held
