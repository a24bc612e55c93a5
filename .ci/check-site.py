"""Checks a built book as a browser would find it: every link and fragment leads somewhere
within the site, and nothing is loaded from another machine.

The book program checks its links as well. This check shares no code with it.
"""

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# What a page loads by itself; a plain link is followed only when a reader asks.
LOADED = {"img", "script", "link", "source", "iframe", "audio", "video", "embed", "use"}


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.ids, self.references = set(), []

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if value is None:
                continue
            if name == "id" or (tag == "a" and name == "name"):
                self.ids.add(value)
            elif name in ("href", "src"):
                canonical = tag == "link" and ("rel", "canonical") in attributes
                self.references.append((self.getpos()[0], tag, value, canonical))


def read(site):
    pages = {}
    for path in sorted(site.rglob("*.html")):
        page = Page()
        page.feed(path.read_text(encoding="utf-8"))
        pages[path.resolve()] = page
    return pages


def faults(site, pages):
    for path, page in pages.items():
        # The page for "not found" is shown under any address; mdBook roots its links.
        base = site if path.name == "404.html" else path.parent
        for line, tag, value, canonical in page.references:
            where = f"{path.relative_to(site)}:{line}"
            url = urlsplit(value)
            if url.scheme or url.netloc:
                if tag in LOADED and url.scheme != "data" and not canonical:
                    yield f"{where}: loads {value} from another machine"
                continue
            target = path
            if url.path:
                root = site if url.path.startswith("/") else base
                target = (root / unquote(url.path).lstrip("/")).resolve()
            if target.is_dir():
                target = target / "index.html"
            if not target.is_file():
                yield f"{where}: {value} leads nowhere"
            elif url.fragment and target in pages:
                if unquote(url.fragment) not in pages[target].ids:
                    yield f"{where}: {value} has no such place"


def main():
    site = Path(sys.argv[1]).resolve()
    pages = read(site)
    found = list(faults(site, pages))
    for fault in found:
        print(fault, file=sys.stderr)
    links = sum(len(page.references) for page in pages.values())
    print(f"{len(pages)} pages, {links} links, {len(found)} of them wrong")
    sys.exit(1 if found or not pages else 0)


main()
