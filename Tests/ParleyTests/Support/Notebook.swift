import Foundation

/// A Jupyter kernel for Python, driven cell by cell as a notebook does it.
enum Notebook {
  /// An interpreter that has ipykernel; nil when none has.
  static let interpreter: String? = ["/usr/bin/python3", "python3"].first { candidate in
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [candidate, "-c", "import ipykernel, jupyter_client"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  /// Whether its absence is a failure.
  static let isRequired = ProcessInfo.processInfo.environment["PARLEY_REQUIRE_KERNELS"] == "all"

  /// A program that starts the kernel, runs the cells of its argument one after the other, and prints what each of them shows
  /// and how it ended.
  static let driver = """
    import json, sys
    from jupyter_client.manager import start_new_kernel

    def show(message):
        content = message["content"]
        text = content.get("text") or content.get("data", {}).get("text/plain")
        text = text or "\\n".join(content.get("traceback", []))
        if text:
            print(text.rstrip("\\n"), flush=True)

    manager, client = start_new_kernel(kernel_name="python3", extra_arguments=["--colors=NoColor"])
    try:
        for cell in json.loads(sys.argv[1]):
            reply = client.execute_interactive(cell, timeout=60, output_hook=show, stop_on_error=False)
            print(reply["content"]["status"], flush=True)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)

    """
}
