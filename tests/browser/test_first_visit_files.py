"""A first visit in a real browser: what arrives before the codes move is small, and each file comes once and in time."""

MAX_BYTES = 5_000_000  # by the first frame of the animation, over any connection
MOVING = "() => performance.getEntriesByName('lp-moving')[0]?.startTime"
# [name, when it was requested, bytes with headers] of each file that had been received by a time
RECEIVED = """moment => performance.getEntries()
    .filter(({entryType}) => ['resource', 'navigation'].includes(entryType))
    .filter(({responseEnd}) => responseEnd <= moment)
    .map(({name, startTime, transferSize}) => [name, startTime, transferSize])"""


def test_what_arrives_before_the_codes_move_is_small_and_needed(app, open_tab):
    tab = open_tab(app, None, moving=True, extra_http_headers={})
    requests = []
    tab.page.on("request", lambda request: requests.append(request.url))
    tab.open("")
    moment = tab.page.wait_for_function(MOVING).json_value()
    received = tab.page.evaluate(RECEIVED, moment)
    # the sheet of images waits until the connection is free, which it is early where the processor is slow
    received = [file for file in received if not (file[0].endswith(".png") and "/assets/" in file[0])]
    assert sum(size for _, _, size in received) <= MAX_BYTES, sorted(received, key=lambda file: -file[2])[:12]
    names = [name for name, _, _ in received]
    assert sum("/frames?" in name for name in names) == 1
    fonts = [name for name in names if name.endswith(".woff2")]
    assert all("MaterialSymbols" in name for name in fonts), "the theme uses the system's fonts"
    scripts = [size for name, _, size in received if "protobuf." in name]
    assert scripts and all(size < 200_000 for size in scripts), "Streamlit's scripts come compressed"
    files = [url for url in requests if "/assets/" in url or "/frames?" in url]
    assert len(files) == len(set(files)), "no file is fetched twice"


def test_the_files_of_a_first_visit_are_requested_before_the_plane_is_there(app, open_tab):
    tab = open_tab(app, None, moving=True, extra_http_headers={})
    tab.open("")
    tab.page.wait_for_function(MOVING)
    mounted, requested = tab.page.evaluate(
        """() => ['BidiComponent.', '/frames?'].map(part =>
            performance.getEntriesByType('resource').find(({name}) => name.includes(part)).startTime)"""
    )
    assert requested < mounted
