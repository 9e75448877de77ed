"""What makes tables, charts and pages of results; publish.py and grown.py use it."""
import csv
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def number(value):
    """Three significant digits, thousands parted."""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:#.3g}".rstrip(".")


def markdown(head, rows, left=1):
    lines = ["| " + " | ".join(head) + " |",
             "|" + "|".join("---" if i < left else "---:" for i in range(len(head))) + "|"]
    full = [row + ["-"] * (len(head) - len(row)) for row in rows]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in full]) + "\n"


def read_csv(folder, name):
    with open(os.path.join(folder, name), newline="", encoding="utf-8") as f:
        return list(csv.DictReader(line for line in f if not line.startswith("#")))


def where_measured(folder, name):
    """The first line of a measurement's results: "# 2 × AMD EPYC, Linux ..."."""
    with open(os.path.join(folder, name), encoding="utf-8") as f:
        return f.readline().lstrip("# ").rstrip()


def draw(script, folder, sizes, data, name=None):
    """Runs a gnuplot script beside the files that it reads, in a temporary folder."""
    with tempfile.TemporaryDirectory() as temporary:
        for file, text in data.items():
            with open(os.path.join(temporary, file), "w", encoding="utf-8") as f:
                f.write(text)
        svg = subprocess.run(["gnuplot", "-e", sizes,
                              os.path.join(HERE, script + ".gp")],
                             cwd=temporary, check=True, stdout=subprocess.PIPE).stdout
    with open(os.path.join(folder, (name or script) + ".svg"), "wb") as f:
        f.write(svg)


def fill_in(page, name, text):
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    page, count = pattern.subn(lambda m: m[1] + "\n" + text + "\n" + m[2], page)
    if count != 1:
        sys.exit(f'benchmarks.md must have one "<!-- {name} -->"')
    return page
