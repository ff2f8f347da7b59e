import Foundation
import Testing

/// The languages that have a shim, and small programs in each.
enum Language: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case python, ruby, node, lua, perl

  /// Those whose interpreter is on this machine. `PARLEY_REQUIRE_KERNELS` makes a missing one a failure, elsewhere.
  static let installed = allCases.filter(\.isInstalled)

  var testDescription: String { rawValue }

  var interpreter: String {
    switch self {
    case .python: "python3"
    case .ruby, .node, .perl: rawValue
    case .lua: "lua5.4"
    }
  }

  var file: String {
    switch self {
    case .python: "main.py"
    case .ruby: "main.rb"
    case .node: "main.mjs"
    case .lua: "main.lua"
    case .perl: "main.pl"
    }
  }

  var isInstalled: Bool {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(interpreter)")
    }
  }

  /// A plugin that provides one method, which returns its parameter `x`.
  func echo(_ method: String) -> String {
    switch self {
    case .python:
      "from parley import provide\n@provide(\"\(method)\")\ndef echo(x):\n    return x\n"
    case .ruby: "provide(\"\(method)\") { |x:| x }\n"
    case .node: "import { provide } from \"parley\";\nprovide(\"\(method)\", async ({ x }) => x);\n"
    case .lua:
      "local parley = require \"parley\"\nparley.provide(\"\(method)\", function(p) return p.x end)\n"
    case .perl: "use Parley;\nprovide '\(method)' => sub ($p) { $p->{x} };\n"
    }
  }

  /// A plugin whose method calls another with the same parameters.
  func relay(_ method: String, to other: String) -> String {
    switch self {
    case .python:
      "from parley import provide, call\n@provide(\"\(method)\")\ndef relay(x):\n"
        + "    return call(\"\(other)\", {\"x\": x})\n"
    case .ruby: "provide(\"\(method)\") { |x:| call(\"\(other)\", { x: x }) }\n"
    case .node:
      "import { provide, call } from \"parley\";\n"
        + "provide(\"\(method)\", async ({ x }) => await call(\"\(other)\", { x }));\n"
    case .lua:
      "local parley = require \"parley\"\n"
        + "parley.provide(\"\(method)\", function(p) return parley.call(\"\(other)\", { x = p.x }) end)\n"
    case .perl:
      "use Parley;\nprovide '\(method)' => sub ($p) { call '\(other)', { x => $p->{x} } };\n"
    }
  }

  /// A plugin whose method raises an error, on the line that is given.
  func failing(_ method: String) -> (source: String, line: Int) {
    switch self {
    case .python:
      (
        "from parley import provide\n@provide(\"\(method)\")\ndef fail(x):\n    raise ValueError(\"broken\")\n",
        4
      )
    case .ruby: ("provide(\"\(method)\") do |x:|\n  raise ArgumentError, \"broken\"\nend\n", 2)
    case .node:
      (
        "import { provide } from \"parley\";\nprovide(\"\(method)\", async () => {\n"
          + "  throw new TypeError(\"broken\");\n});\n", 3
      )
    case .lua:
      (
        "local parley = require \"parley\"\nparley.provide(\"\(method)\", function()\n  error(\"broken\")\nend)\n",
        3
      )
    case .perl: ("use Parley;\nprovide '\(method)' => sub ($p) {\n  die \"broken\\n\";\n};\n", 3)
    }
  }

  /// Source with a mistake of syntax, and its line.
  var syntaxError: (source: String, line: Int) {
    switch self {
    case .python: ("x = 1\ndef f(:\n    pass\n", 2)
    case .ruby: ("x = 1\ny = 1 +* 2\n", 2)
    case .node: ("const x = 1;\nconst y = ;\n", 2)
    case .lua: ("local x = 1\nlocal y = = 1\n", 2)
    case .perl: ("use Parley;\nmy $y = ;\n", 2)
    }
  }
}
