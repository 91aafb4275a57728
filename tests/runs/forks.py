"""The program in forked processes, which need not import it again: imports take longer than what is tested."""

import json
import os
import select
import signal
import subprocess
import sys
import time

SERVER = """
import json, os, sys, traceback
import attrax.cli.app, attrax.cli.outcome, attrax.campaigns.sweep.sweep_run, attrax.report.run_report
for line in sys.stdin:
    folder, told, before, arguments = json.loads(line)
    process = os.fork()
    if process == 0:
        os.chdir(folder)
        file = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(file, 1), os.dup2(file, 2)
        sys.argv = ["attrax", *arguments]
        code = 1
        try:
            exec(before)
            attrax.cli.app.main()
        except SystemExit as ended:
            code = ended.code or 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    print(process, flush=True)
    print(os.waitpid(process, 0)[1], flush=True)
"""


class Forks:
    """The program, started in a folder; one process at a time."""

    def __init__(self, folder):
        cache = {"JAX_COMPILATION_CACHE_DIR": str(folder / "cache"), "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0"}
        self.folder, self.told, self.process = folder, folder / "told", 0
        pipe = subprocess.PIPE
        environment = {**os.environ, **cache}
        self.server = subprocess.Popen([sys.executable, "-c", SERVER], stdin=pipe, stdout=pipe, env=environment)

    def start(self, *arguments, before=""):
        """Start the program with these arguments, after some lines of Python in its process."""
        self.told.write_bytes(b"")
        order = json.dumps([str(self.folder), str(self.told), before, arguments])
        self.server.stdin.write(f"{order}\n".encode())
        self.server.stdin.flush()
        self.process = int(self.server.stdout.readline())

    def running(self):
        """Whether the process has not ended yet."""
        return not select.select([self.server.stdout], [], [], 0)[0]

    def end(self, kill=False):
        """The exit code of the process, or minus the signal that ended it."""
        if kill:
            os.kill(self.process, signal.SIGKILL)
        return os.waitstatus_to_exitcode(int(self.server.stdout.readline()))

    def said(self):
        """What the process has written so far, to both streams."""
        return self.told.read_text(encoding="utf-8", errors="replace")

    def close(self):
        self.server.stdin.close()
        self.server.wait()
        self.server.stdout.close()

    def killed_after(self, begun, seconds):
        """Kill the process some seconds after something has begun; False if it has ended before."""
        while self.running() and not begun():
            time.sleep(0.002)
        until = time.monotonic() + seconds
        while self.running() and time.monotonic() < until:
            time.sleep(0.002)
        return self.running() and self.end(kill=True) == -signal.SIGKILL
