"""`python -m tests.support.nursery`: imports the service once, then forks a child for each command line it is given.

Importing the service takes seconds; a test that kills it a hundred times would spend them a hundred times. A child is
a process of its own with nothing open but its log: killing it is killing the service.
One line of JSON comes in, one goes out: ["start", log, arguments], ["end", pid, signal], ["run", folder, arguments].
"""

import json
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from app.cli import main

READY = "is ready: "


def _child(arguments: list[str], out: int, err: int) -> int:
    """Fork; the child runs the command line and never returns."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out, 1)
        os.dup2(err, 2)
        os.closerange(3, 256)
        main(arguments)
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001  the child's last words belong in its log
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _start(log: str, arguments: list[str]) -> dict[str, object]:
    """The service's process and address once it listens; no address when it ended before."""
    err = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    reading, writing = os.pipe()
    pid = _child(arguments, writing, err)
    os.close(writing)
    os.close(err)
    lines = os.fdopen(reading)
    for line in lines:
        if READY in line:
            _open[pid] = lines
            return {"pid": pid, "base": line.partition(READY)[2].split()[0].removesuffix("/")}
    lines.close()
    os.waitpid(pid, 0)
    return {"pid": pid, "base": None}


def _end(pid: int, signal_number: int) -> dict[str, object]:
    os.kill(pid, signal_number)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    _open.pop(pid).close()
    return {"status": status}


def _run(folder: str, arguments: list[str]) -> dict[str, object]:
    files = [Path(folder) / name for name in ("out", "err")]
    handles = [os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) for file in files]
    pid = _child(arguments, *handles)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    for handle in handles:
        os.close(handle)
    return {"status": status, "out": files[0].read_text(), "err": files[1].read_text()}


_open: dict[int, TextIO] = {}
_DO: dict[str, Callable[..., dict[str, object]]] = {"start": _start, "end": _end, "run": _run}

if __name__ == "__main__":
    for asked in sys.stdin:
        name, *parts = json.loads(asked)
        print(json.dumps(_DO[name](*parts)), flush=True)
